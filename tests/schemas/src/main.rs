//! `schemas SCHEMA FILE…`: whether JSON files keep to a JSON Schema. With `--not`, whether all of them break it.
#![forbid(unsafe_code)]

use std::process::ExitCode;

use serde_json::Value;

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let contrary = arguments.first().is_some_and(|a| a == "--not");
    if contrary {
        arguments.remove(0);
    }
    let [schema, files @ ..] = arguments.as_slice() else {
        eprintln!("usage: schemas [--not] SCHEMA FILE…");
        return ExitCode::from(2);
    };
    let mut wrong = 0;
    for file in files {
        let held = json(schema).and_then(|schema| Ok((schema, json(file)?))).map(|(s, value)| hold(s, &value));
        match held {
            Err(error) => {
                eprintln!("{error}");
                return ExitCode::from(2);
            }
            Ok(Err(error)) if !contrary => {
                eprintln!("{file} breaks {schema}: {error}");
                wrong += 1;
            }
            Ok(Ok(())) if contrary => {
                eprintln!("{file} keeps to {schema}, and should not");
                wrong += 1;
            }
            Ok(_) => {}
        }
    }
    println!("{schema}: {} of {} files as they should be", files.len() - wrong, files.len());
    if wrong > 0 || files.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// A JSON file; of a snapshot, the part behind its header.
fn json(path: &str) -> Result<Value, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    let body = match path.ends_with(".snap") {
        true => text.splitn(3, "---\n").nth(2).unwrap_or_default(),
        false => &text,
    };
    serde_json::from_str(body).map_err(|error| format!("{path}: {error}"))
}

fn hold(schema: Value, value: &Value) -> Result<(), String> {
    let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
    compiler.enable_format_assertions();
    compiler.add_resource("urn:held", schema).map_err(|error| error.to_string())?;
    let index = compiler.compile("urn:held", &mut schemas).map_err(|error| format!("{error:#}"))?;
    schemas.validate(value, index).map_err(|error| format!("{error:#}"))
}

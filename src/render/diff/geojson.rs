//! Moved accounts and territory centres as points of a map.
//!
//! Properties follow `simplestyle`, which GitHub and others draw; texts come without what is invisible and without
//! characters of HTML, since maps show them in pages.

use serde_json::{Value, json};

use super::escape::visible;
use super::words;
use crate::diff::{Diff, TerritoryChange};

/// Colours of the territories that accounts go to, in the order in which these come.
const COLORS: [&str; 8] = ["#1b6ca8", "#c0392b", "#2e8b57", "#8e44ad", "#d68910", "#16a085", "#7f6000", "#5d6d7e"];

/// Everything that has a position.
pub fn geojson(diff: &Diff) -> String {
    map(diff, 0..diff.moves.len(), true).unwrap_or_else(|| collection(&[]))
}

/// The features of some rows, and of the territories' centres where they are wanted; `None` where nothing has a position.
pub fn map(diff: &Diff, rows: impl IntoIterator<Item = usize>, centres: bool) -> Option<String> {
    let mut features = Vec::new();
    if centres {
        features.extend(diff.territories.iter().filter_map(centre));
    }
    let mut colors: std::collections::BTreeMap<&str, &str> = std::collections::BTreeMap::new();
    for one in rows.into_iter().map(|row| diff.moves.get(row)) {
        let Some(position) = one.position else { continue };
        let next = COLORS[colors.len() % COLORS.len()];
        let mut properties = json!({
            "account": visible(one.account),
            "change": one.change.word(),
            "from": visible(one.from),
            "to": visible(one.to),
            "marker-color": *colors.entry(one.to).or_insert(next),
            "marker-size": "small",
        });
        if let Some(name) = one.name {
            properties["name"] = visible(name).into();
        }
        for (word, rep) in [("from_rep", one.from_rep), ("to_rep", one.to_rep)] {
            if let Some(rep) = rep {
                properties[word] = visible(rep).into();
            }
        }
        features.push(point(position, properties));
    }
    (!features.is_empty()).then(|| collection(&features))
}

fn centre(change: &TerritoryChange) -> Option<Value> {
    let state = change.after.as_ref().or(change.before.as_ref())?;
    let accounts = |side: &Option<crate::diff::TerritoryState>| side.as_ref().map_or(0, |state| state.accounts);
    let properties = json!({
        "territory": visible(&change.name),
        "change": words::territory(change.change),
        "rep": state.rep.as_deref().map_or_else(|| "open".to_owned(), visible),
        "accounts": format!("{} → {}", accounts(&change.before), accounts(&change.after)),
        "marker-color": "#222222",
        "marker-size": "large",
    });
    Some(point(state.centre?, properties))
}

/// Longitude first, as the format wants it, to about a metre.
fn point((lat, lon): (f64, f64), properties: Value) -> Value {
    let round = |degrees: f64| (degrees * 1e5).round() / 1e5 + 0.0;
    json!({
        "type": "Feature",
        "geometry": { "type": "Point", "coordinates": [round(lon), round(lat)] },
        "properties": properties,
    })
}

/// A line a feature.
fn collection(features: &[Value]) -> String {
    let lines: Vec<String> = features.iter().map(Value::to_string).collect();
    let text = format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{}\n]}}\n", lines.join(",\n"));
    text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

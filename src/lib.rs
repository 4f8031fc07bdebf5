#![forbid(unsafe_code)]
//! **terrac** compiles sales-territory plans written as code.
//!
//! One pipeline, one folder a stage; a stage reads what earlier stages made and [`diagnostics`], never a later stage
//! (a test holds this).
//!
//! | stage        | module          | takes → gives                                                          | does I/O |
//! |--------------|-----------------|------------------------------------------------------------------------|----------|
//! | find         | [`workspace`]   | a path or a git revision → `Workspace` (manifest, schemas, plan sources) | yes |
//! | parse        | [`syntax`]      | text → `ast::File` + diagnostics; never fails                          | no |
//! | (typed plan) | [`plan`]        | the typed plan that every later stage reads; nodes keep their spans    | no |
//! | check        | [`check`]       | `ast` → `plan::Plan`: names, types, units, partitions                  | no |
//! | read         | [`data`]        | manifest + files → typed Arrow columns in batches, joined              | yes |
//! | classify     | [`classify`]    | `Plan` × batches → leaf, exceptions and weights of every account       | no |
//! | prove        | [`prove`]       | `Plan` → gaps, overlaps and their accounts; answers to claims          | no |
//! | carve        | [`carve`]       | units × seats → territories, loads and a bound                         | no |
//! | record       | [`outcome`]     | classified accounts + alignments → assignments, territories, metrics   | no |
//! | try          | [`trial`]       | `Plan` → what became of its `test` blocks, no data needed              | no |
//! | compare      | [`diff`]        | two outcomes → changes, each with its cause; two tables → their rows   | of tables |
//! | lint         | [`lint`]        | `Plan`, `ast`, batches → what is seldom meant, at the level the manifest sets | no |
//! | show         | [`render`]      | outcome or diagnostics → bytes; one file a format                      | no |
//! |              | [`diagnostics`] | the `Diagnostic` value and the registry of codes                       | no |
//! |              | [`sample`]      | a seed → realistic accounts and reps, for examples, tests, benchmarks  | no |
//! | (the chain)  | [`compile`]     | a path → everything that is written, by way of all stages              | yes |
//! |              | [`cli`]         | one file a verb; the only place that prints and exits                  | yes |

pub mod diagnostics;

pub mod workspace;

pub mod syntax;

pub mod plan;

pub mod check;

pub mod data;

pub mod classify;

pub mod prove;

pub mod carve;

pub mod outcome;

pub mod trial;

pub mod diff;
pub mod lint;

pub mod render;

pub mod sample;

pub mod compile;

pub mod cli;

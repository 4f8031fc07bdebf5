//! From the syntax tree to the typed plan: names, types and units, missing values, partitions.
//!
//! Takes the manifest's schemas and the plan's files in order; gives the [`Plan`] and everything there is to say of it.
//! Nothing is read from disk. Invariant: a plan is given only when no error was found, and then every later stage can
//! use it without further checks; an error is told once, however often what it spoils is used. The order of items
//! never matters.
//!
//! Deliberately absent: whether the arms of a dimension or a split leave gaps or overlap by their conditions (the stage
//! `prove` decides it), whether reps, keys and values exist in the data, and lints of taste.

mod bounds;
mod carves;
mod claims;
mod conditions;
mod conflicts;
mod coverages;
mod definitions;
mod dimensions;
mod examples;
mod exceptions;
mod expectations;
mod header;
mod items;
mod known;
mod limits;
mod missing;
mod names;
mod numbers;
mod operand;
mod order;
mod patterns;
mod places;
mod ranges;
mod references;
mod template;
mod texts;
mod typing;
mod units;
mod unread;
mod wanted;
mod wording;

use std::collections::BTreeMap;

use crate::diagnostics::{Diagnostics, Sources, Span};
use crate::plan::{ArmId, Dimension, Plan, Pool, Segment, Shape, Territory, Weight};
use crate::syntax::ast;
use crate::workspace::manifest::Manifest;
use items::{Items, because, unproved, was};
use known::Known;
use missing::Told;

/// Checks a plan against the manifest. `files` are the plan's files in their order of use, `sources` their texts.
pub fn check(manifest: &Manifest, sources: &Sources, files: &[ast::File]) -> (Option<Plan>, Diagnostics) {
    let mut found = Diagnostics::default();
    let mut told = Told::default();
    let mut items = Items::collect(files);
    let header = header::check(&items, files, &mut found);
    let names = names::declare(&mut items, &manifest.accounts.schema, &mut found);
    let mut known = Known::new(manifest, sources, names, shapes(files));
    definitions::check(&mut known, &items, &mut told, &mut found);
    let term = header.as_ref().and_then(|h| h.term);
    let trees = coverages::check(&known, &items, &mut told, &mut found);
    let carves = carves::check(&known, &items, &mut told, &mut found);
    let exceptions = exceptions::check(&known, &items, &trees, term, &mut told, &mut found);
    conflicts::check(&exceptions, term, &mut found);
    let expectations = expectations::check(&known, &items, &mut found);
    let tests = examples::check(&known, &items, &mut found);
    let questions = claims::check(&known, &items, &mut found);
    found.sort();
    let plan = header.zip(term).filter(|_| !found.has_errors()).and_then(|(header, term)| {
        Some(Plan {
            name: header.name,
            title: header.title,
            term,
            because: header.because,
            weights: weights(&mut known, &items)?,
            segments: segments(&mut known, &items)?,
            territories: territories(&known),
            pools: pools(&known),
            shapes: known.shapes.iter().map(|(path, span)| Shape { path: (*path).to_owned(), span: *span }).collect(),
            dimensions: dimensions(&mut known, &items)?,
            coverages: trees.coverages,
            carves,
            named: exceptions.named,
            holds: exceptions.holds,
            excludes: exceptions.excludes,
            expectations,
            tests,
            questions,
            span: header.span,
        })
    });
    (plan, found)
}

/// Checks what could be read of files with syntax errors. A name or an arm that may stand in the unread text is not
/// missed, so that a syntax error gives no second finding.
pub fn check_partly(manifest: &Manifest, sources: &Sources, files: &[ast::File]) -> Diagnostics {
    unread::certain(check(manifest, sources, files).1, sources, files)
}

/// Each path once, sorted, with its first use.
fn shapes(files: &[ast::File]) -> Vec<(&str, Span)> {
    let mut shapes: BTreeMap<&str, Span> = BTreeMap::new();
    for text in ast::below::shapes(files) {
        let first = shapes.entry(&text.value).or_insert(text.span);
        if (text.span.file, text.span.start) < (first.file, first.start) {
            *first = text.span;
        }
    }
    shapes.into_iter().collect()
}

fn weights(known: &mut Known<'_>, items: &Items<'_>) -> Option<Vec<Weight>> {
    let weights = std::mem::take(&mut known.weights);
    let weights = items.weights.iter().zip(weights).map(|(item, known)| {
        let value = known?.number;
        let (name, was) = (item.node.name.text.clone(), was(&item.node.was));
        Some(Weight { name, was, unit: value.unit, value, because: because(&item.node.because), span: item.span })
    });
    weights.collect()
}

fn segments(known: &mut Known<'_>, items: &Items<'_>) -> Option<Vec<Segment>> {
    let segments = std::mem::take(&mut known.segments);
    let segments = items.segments.iter().zip(segments).map(|(item, known)| {
        let condition = known?.condition;
        let (name, was) = (item.node.name.text.clone(), was(&item.node.was));
        Some(Segment { name, was, condition, because: because(&item.node.because), span: item.span })
    });
    segments.collect()
}

fn dimensions(known: &mut Known<'_>, items: &Items<'_>) -> Option<Vec<Dimension>> {
    let dimensions = std::mem::take(&mut known.dimensions);
    let dimensions = items.dimensions.iter().zip(dimensions).map(|(item, known)| {
        let arms = known.arms.iter().map(|arm| crate::plan::Arm {
            name: arm.name.text.clone(),
            because: because(&arm.because),
            span: arm.span,
        });
        Some(Dimension {
            name: item.node.name.text.clone(),
            was: was(&item.node.was),
            arms: arms.collect(),
            partition: known.partition?,
            missing: known.missing.map(ArmId),
            otherwise: known.otherwise.map(ArmId),
            unproved: item.node.unproved.as_ref().map(unproved),
            because: because(&item.node.because),
            span: item.span,
        })
    });
    dimensions.collect()
}

fn territories(known: &Known<'_>) -> Vec<Territory> {
    let territories = known.names.territories.iter().map(|spot| Territory {
        name: spot.name.to_owned(),
        was: spot.item.and_then(|item| was(&item.node.was)),
        title: spot.item.and_then(|item| item.node.title.as_ref().map(|t| t.value.clone())),
        owner: spot.owner.map(|o| (o.value.clone(), o.span)),
        because: spot.because.clone(),
        span: spot.item.map_or(spot.span, |item| item.span),
    });
    territories.collect()
}

fn pools(known: &Known<'_>) -> Vec<Pool> {
    let pools = known.names.pools.iter();
    pools.map(|spot| Pool { name: spot.name.to_owned(), because: spot.because.clone(), span: spot.span }).collect()
}

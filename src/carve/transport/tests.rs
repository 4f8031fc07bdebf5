//! The flow against a general LP solver, and what must hold of every answer.

use super::*;
use good_lp::{Expression, Solution as _, SolverModel, constraint, variable, variables};
use proptest::prelude::*;

/// Optimal cost by a general LP, or none if there is no flow.
fn reference(problem: &Transport<CostMatrix>) -> Option<f64> {
    let (units, seats) = (problem.supply.len(), problem.least.len());
    let mut variables = variables!();
    let mut objective = Expression::from(0.0);
    let mut loads = vec![Expression::from(0.0); seats];
    let mut wholes = vec![Expression::from(0.0); units];
    for unit in 0..units {
        for seat in 0..seats {
            let cost = problem.costs.cost(unit, seat);
            if cost < f64::INFINITY {
                let share = variables.add(variable().min(0.0));
                objective += cost * share;
                loads[seat] += problem.supply[unit] * share;
                wholes[unit] += share;
            }
        }
    }
    let mut model = variables.minimise(objective.clone()).using(good_lp::microlp);
    for whole in wholes {
        model = model.with(constraint!(whole == 1.0));
    }
    for (seat, load) in loads.into_iter().enumerate() {
        model = model.with(constraint!(load.clone() <= problem.most[seat]));
        model = model.with(constraint!(load >= problem.least[seat]));
    }
    model.solve().ok().map(|solution| solution.eval(objective))
}

/// A problem that owns its columns.
#[derive(Debug, Clone)]
struct Case {
    supply: Vec<f64>,
    least: Vec<f64>,
    most: Vec<f64>,
    costs: Vec<f64>,
}

fn cases() -> impl Strategy<Value = Case> {
    (1usize..12, 1usize..5).prop_flat_map(|(units, seats)| {
        let supply = prop::collection::vec((0u8..12).prop_map(f64::from), units);
        let costs = prop::collection::vec(
            prop_oneof![9 => (0u8..50).prop_map(f64::from), 1 => Just(f64::INFINITY)],
            units * seats,
        );
        let slack = 0.0..0.6;
        (supply, costs, slack).prop_map(move |(supply, mut costs, slack)| {
            for unit in 0..units {
                costs[unit * seats + unit % seats] = unit as f64;
            }
            let mean = supply.iter().sum::<f64>() / seats as f64;
            Case { supply, least: vec![mean * (1.0 - slack); seats], most: vec![mean * (1.0 + slack); seats], costs }
        })
    })
}

fn check(case: &Case, start: &Start) -> Result<Option<Flow>, TestCaseError> {
    let seats = case.least.len();
    let costs = CostMatrix { costs: &case.costs, seats };
    let problem = Transport { supply: &case.supply, least: &case.least, most: &case.most, costs: &costs };
    let expected = reference(&problem);
    let flow = match problem.solve(start) {
        Ok(flow) => flow,
        Err(stuck) => {
            prop_assert!(expected.is_none(), "stuck at {stuck:?} but {expected:?} is possible");
            let honest = if stuck.overfull { stuck.load > stuck.limit } else { stuck.load < stuck.limit };
            prop_assert!(honest, "{stuck:?} proves nothing");
            return Ok(None);
        }
    };
    let expected = expected.expect("a flow was found");
    let near = 1e-6 * (1.0 + expected.abs());
    prop_assert!((flow.cost - expected).abs() < near, "cost {} but {expected} is best", flow.cost);
    prop_assert!((flow.bound - expected).abs() < near, "bound {} but {expected} is best", flow.bound);
    let mut loads = vec![0.0; seats];
    for (unit, &seat) in flow.seat.iter().enumerate() {
        if !flow.parts.iter().any(|part| part.unit == unit as u32) {
            loads[seat as usize] += case.supply[unit];
        }
    }
    for part in &flow.parts {
        prop_assert!(part.amount > 0.0);
        loads[part.seat as usize] += part.amount;
    }
    for seat in 0..seats {
        prop_assert!(loads[seat] <= case.most[seat] + 1e-6 && loads[seat] >= case.least[seat] - 1e-6, "{loads:?}");
    }
    let mut split: Vec<u32> = flow.parts.iter().map(|part| part.unit).collect();
    split.dedup();
    prop_assert!(split.len() < seats, "{} units split among {seats} seats", split.len());
    Ok(Some(flow))
}

proptest! {
    #[test]
    fn the_flow_is_optimal_or_provably_absent(case in cases(), prices in prop::collection::vec(-9.0..9.0, 4), close in any::<bool>()) {
        if let Some(cold) = check(&case, &Start::default())? {
            let warm = Start { prices: prices[..case.least.len()].to_vec(), candidates: Some(cold.candidates), close };
            check(&case, &warm)?;
        }
    }
}

/// Points on a line with seats all at one end: the first candidates are all wrong.
#[test]
fn candidates_join_until_the_optimum_over_all_pairs_is_proved() {
    let (units, seats) = (400, 60);
    let place = |at: usize, of: usize| at as f64 / of as f64;
    let mut costs = Vec::new();
    for unit in 0..units {
        for seat in 0..seats {
            let (at, from) = (place(unit, units), place(seat, seats));
            let apart = at - 0.1 * from * from;
            costs.push(apart * apart);
        }
    }
    let supply: Vec<f64> = (0..units).map(|unit| 1.0 + (unit * 7 % 5) as f64).collect();
    let mean = supply.iter().sum::<f64>() / seats as f64;
    let (least, most) = (vec![mean * 0.98; seats], vec![mean * 1.02; seats]);
    let matrix = CostMatrix { costs: &costs, seats };
    let problem = Transport { supply: &supply, least: &least, most: &most, costs: &matrix };
    let flow = problem.solve(&Start::default()).expect("there is room");
    assert!((flow.cost - flow.bound).abs() <= 1e-9 * flow.cost, "{} is not {}", flow.cost, flow.bound);
    assert!((problem.bound(&flow.prices) - flow.bound).abs() <= 1e-9 * flow.cost);
    let again = Start { prices: flow.prices.clone(), candidates: Some(flow.candidates.clone()), close: false };
    let again = problem.solve(&again).expect("there is room");
    assert!((again.cost - flow.cost).abs() <= 1e-9 * flow.cost && again.steps <= seats as u64 * 3);
}

/// What rounding leaves of a unit goes with it, and nothing is lost.
#[test]
fn no_crumbs_stay_behind() {
    let costs = CostMatrix { costs: &[0.0, 1.0, 0.0, 1.0], seats: 2 };
    let problem = Transport { supply: &[13.0, 987.0], least: &[0.0; 2], most: &[1000.0; 2], costs: &costs };
    let (arcs, prices) = problem.begin(&Start::default()).expect("there is room");
    let mut graph = SeatGraph::new(&problem, &arcs, &prices);
    let held = |graph: &SeatGraph, seat: usize| -> Vec<(u32, f64)> {
        graph.members[seat].iter().map(|member| (member.unit, member.amount)).collect()
    };
    assert_eq!((held(&graph, 0), held(&graph, 1)), (vec![(0, 13.0), (1, 987.0)], vec![]));
    let before = graph.surplus.clone();
    graph.hand_over(0, 0, 1, 13.0 - 3e-12, &arcs);
    assert_eq!((held(&graph, 0), held(&graph, 1)), (vec![(1, 987.0)], vec![(0, 13.0)]));
    // The path accounts for what it was asked to send; the crumb comes on top.
    let crumb = graph.surplus[1] - before[1];
    assert!((2e-12..4e-12).contains(&crumb) && graph.surplus[0] == before[0] - crumb, "{:?}", graph.surplus);
    graph.hand_over(0, 1, 0, 5.0, &arcs);
    assert_eq!((held(&graph, 0), held(&graph, 1)), (vec![(1, 987.0), (0, 5.0)], vec![(0, 8.0)]));
}

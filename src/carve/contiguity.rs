//! Territories in one piece: counting pieces, and whether a unit may leave its territory without cutting it.
//!
//! Takes an [`Adjacency`] and an assignment, gives pieces and yes or no. Invariant: units without any neighbour (those
//! without a position) belong to no piece. Repair is deliberately absent; it is a matter of cost.

use super::problem::Adjacency;

/// The pieces of an assignment over a graph.
#[derive(Debug, Clone)]
pub struct Pieces {
    /// Piece of every unit, `u32::MAX` for units without neighbours; numbered by their first units.
    pub of: Vec<u32>,
    /// Territory and number of units of every piece.
    pub pieces: Vec<(u32, u32)>,
}

impl Pieces {
    pub fn new(graph: &Adjacency, territory: &[u32]) -> Self {
        let mut of = vec![u32::MAX; territory.len()];
        let (mut pieces, mut stack) = (Vec::new(), Vec::new());
        for first in 0..territory.len() as u32 {
            if of[first as usize] != u32::MAX || graph.of(first).is_empty() {
                continue;
            }
            let (piece, seat) = (pieces.len() as u32, territory[first as usize]);
            let mut size = 0;
            of[first as usize] = piece;
            stack.push(first);
            while let Some(unit) = stack.pop() {
                size += 1;
                for &next in graph.of(unit) {
                    if of[next as usize] == u32::MAX && territory[next as usize] == seat {
                        of[next as usize] = piece;
                        stack.push(next);
                    }
                }
            }
            pieces.push((seat, size));
        }
        Self { of, pieces }
    }

    /// Pieces of each territory beyond its first.
    pub fn strays(&self, seats: usize) -> Vec<u32> {
        let mut count = vec![0u32; seats];
        self.pieces.iter().for_each(|&(seat, _)| count[seat as usize] += 1);
        count.into_iter().map(|c| c.saturating_sub(1)).collect()
    }
}

/// Answers whether a unit may leave its territory; keeps its memory between questions.
#[derive(Debug, Clone)]
pub struct Leaving {
    /// Who reached a unit in the present question: `question * 64 + wave`.
    reached: Vec<u64>,
    question: u64,
    waves: Vec<Wave>,
}

#[derive(Debug, Clone, Default)]
struct Wave {
    queue: Vec<u32>,
    head: usize,
    /// The wave that swallowed this one.
    joined: Option<usize>,
}

const MOST_WAVES: usize = 64;

impl Leaving {
    pub fn new(units: usize) -> Self {
        Self { reached: vec![0; units], question: 0, waves: vec![Wave::default(); MOST_WAVES] }
    }

    /// Whether the neighbours of `unit` in its territory stay connected within the territory without it. A unit without
    /// neighbours in its territory may always leave.
    ///
    /// One wave starts at each neighbour and they grow in turn, so that the work is about that of the smaller side:
    /// the answer is no as soon as a wave dries up alone and yes as soon as all have met.
    pub fn allowed(&mut self, graph: &Adjacency, territory: &[u32], unit: u32) -> bool {
        let seat = territory[unit as usize];
        self.question += 1;
        let stamp = self.question * MOST_WAVES as u64;
        self.reached[unit as usize] = stamp + MOST_WAVES as u64 - 1;
        let mut count = 0;
        for &next in graph.of(unit) {
            if territory[next as usize] != seat {
                continue;
            }
            if count == MOST_WAVES - 1 {
                return self.allowed_from_one(graph, territory, unit);
            }
            self.reached[next as usize] = stamp + count as u64;
            let wave = &mut self.waves[count];
            wave.queue.clear();
            wave.queue.push(next);
            (wave.head, wave.joined) = (0, None);
            count += 1;
        }
        let mut apart = count;
        while apart > 1 {
            for wave in 0..count {
                if self.waves[wave].joined.is_some() {
                    continue;
                }
                let head = self.waves[wave].head;
                let Some(&from) = self.waves[wave].queue.get(head) else { return false };
                self.waves[wave].head += 1;
                for &next in graph.of(from) {
                    if territory[next as usize] != seat || next == unit {
                        continue;
                    }
                    let mark = self.reached[next as usize];
                    if mark < stamp {
                        self.reached[next as usize] = stamp + wave as u64;
                        self.waves[wave].queue.push(next);
                        continue;
                    }
                    let other = self.root((mark - stamp) as usize);
                    if other != self.root(wave) {
                        self.join(other, wave);
                        apart -= 1;
                        if apart == 1 {
                            return true;
                        }
                    }
                }
            }
        }
        true
    }

    fn root(&self, mut wave: usize) -> usize {
        while let Some(into) = self.waves[wave].joined {
            wave = into;
        }
        wave
    }

    fn join(&mut self, from: usize, into: usize) {
        let into = self.root(into);
        let (queue, head) = (std::mem::take(&mut self.waves[from].queue), self.waves[from].head);
        self.waves[into].queue.extend_from_slice(&queue[head..]);
        self.waves[from].joined = Some(into);
        self.waves[from].queue = queue;
    }

    /// For hubs with more neighbours than waves: one search from the first must reach them all.
    fn allowed_from_one(&mut self, graph: &Adjacency, territory: &[u32], unit: u32) -> bool {
        let seat = territory[unit as usize];
        self.question += 1;
        let stamp = self.question * MOST_WAVES as u64;
        self.reached[unit as usize] = stamp;
        let mut queue: Vec<u32> =
            graph.of(unit).iter().copied().filter(|&n| territory[n as usize] == seat).take(1).collect();
        queue.iter().for_each(|&first| self.reached[first as usize] = stamp);
        while let Some(from) = queue.pop() {
            for &next in graph.of(from) {
                if territory[next as usize] == seat && self.reached[next as usize] < stamp {
                    self.reached[next as usize] = stamp;
                    queue.push(next);
                }
            }
        }
        graph.of(unit).iter().all(|&n| territory[n as usize] != seat || self.reached[n as usize] == stamp)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Slow and plain: pieces of the territory with and without the unit.
    fn allowed_by_counting(graph: &Adjacency, territory: &[u32], unit: u32) -> bool {
        let seat = territory[unit as usize];
        let count = |t: &[u32]| {
            let mut seen = vec![false; t.len()];
            let mut pieces = 0;
            for first in (0..t.len()).filter(|&u| t[u] == seat) {
                if seen[first] {
                    continue;
                }
                pieces += 1;
                let mut stack = vec![first as u32];
                while let Some(u) = stack.pop() {
                    if !std::mem::replace(&mut seen[u as usize], true) {
                        stack.extend(graph.of(u).iter().filter(|&&n| t[n as usize] == seat));
                    }
                }
            }
            pieces
        };
        let mut without = territory.to_vec();
        without[unit as usize] = seat + 1000;
        let alone = graph.of(unit).iter().all(|&n| territory[n as usize] != seat);
        alone || count(&without) <= count(territory)
    }

    proptest! {
        #[test]
        fn leaving_agrees_with_counting(
            edges in proptest::collection::vec((0u32..30, 0u32..30), 10..120),
            territory in proptest::collection::vec(0u32..3, 30),
        ) {
            let graph = Adjacency::from_edges(30, edges);
            let mut leaving = Leaving::new(30);
            for unit in 0..30 {
                prop_assert_eq!(
                    leaving.allowed(&graph, &territory, unit),
                    allowed_by_counting(&graph, &territory, unit),
                    "unit {}", unit
                );
            }
        }
    }

    #[test]
    fn a_hub_of_many_spokes_cuts() {
        let star = Adjacency::from_edges(100, (1..100).map(|i| (0, i)));
        let mut leaving = Leaving::new(100);
        assert!(!leaving.allowed(&star, &[0; 100], 0));
        assert!(leaving.allowed(&star, &[0; 100], 7));
        let wheel = Adjacency::from_edges(100, (1..100).flat_map(|i| [(0, i), (i, i % 99 + 1)]));
        assert!(leaving.allowed(&wheel, &[0; 100], 0));
    }

    #[test]
    fn strays_are_pieces_beyond_the_first() {
        let path = Adjacency::from_edges(6, (0..4).map(|i| (i, i + 1)));
        let pieces = Pieces::new(&path, &[0, 1, 0, 0, 1, 1]);
        assert_eq!(pieces.pieces, [(0, 1), (1, 1), (0, 2), (1, 1)]);
        assert_eq!(pieces.strays(3), [1, 1, 0]);
        assert_eq!(pieces.of[5], u32::MAX);
    }
}

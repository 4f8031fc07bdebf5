//! Which rep gets which finished territory, where territories were not built around seats.

/// The assignment of rows to columns of a square matrix with the least sum (Kuhn 1955, in the shortest-augmenting-path
/// form of Jonker and Volgenant 1987); `cost[row][column]`, finite. Gives the column of every row.
pub fn least_sum(cost: &[Vec<f64>]) -> Vec<usize> {
    let n = cost.len();
    // Row and column 0 are sentinels.
    let (mut row_price, mut column_price) = (vec![0.0; n + 1], vec![0.0; n + 1]);
    let mut row_of = vec![0; n + 1];
    for row in 1..=n {
        row_of[0] = row;
        let mut column = 0;
        let mut slack = vec![f64::INFINITY; n + 1];
        let mut came_from = vec![0; n + 1];
        let mut done = vec![false; n + 1];
        loop {
            done[column] = true;
            let (here, mut least, mut next) = (row_of[column], f64::INFINITY, 0);
            for other in 1..=n {
                if done[other] {
                    continue;
                }
                let reduced = cost[here - 1][other - 1] - row_price[here] - column_price[other];
                if reduced < slack[other] {
                    slack[other] = reduced;
                    came_from[other] = column;
                }
                if slack[other] < least {
                    least = slack[other];
                    next = other;
                }
            }
            for other in 0..=n {
                if done[other] {
                    row_price[row_of[other]] += least;
                    column_price[other] -= least;
                } else {
                    slack[other] -= least;
                }
            }
            column = next;
            if row_of[column] == 0 {
                break;
            }
        }
        while column != 0 {
            let before = came_from[column];
            row_of[column] = row_of[before];
            column = before;
        }
    }
    let mut columns = vec![0; n];
    for column in 1..=n {
        columns[row_of[column] - 1] = column - 1;
    }
    columns
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::least_sum;

    fn brute(cost: &[Vec<f64>], row: usize, used: &mut Vec<bool>) -> f64 {
        if row == cost.len() {
            return 0.0;
        }
        let mut best = f64::INFINITY;
        for column in 0..cost.len() {
            if !used[column] {
                used[column] = true;
                best = best.min(cost[row][column] + brute(cost, row + 1, used));
                used[column] = false;
            }
        }
        best
    }

    proptest! {
        #[test]
        fn it_is_the_least_of_all(cells in proptest::collection::vec(-9i8..9, 25), n in 0usize..6) {
            let cost: Vec<Vec<f64>> = (0..n).map(|r| (0..n).map(|c| f64::from(cells[r * 5 % 25 + c % 5])).collect()).collect();
            let columns = least_sum(&cost);
            let mut seen = columns.clone();
            seen.sort_unstable();
            prop_assert_eq!(seen, (0..n).collect::<Vec<_>>());
            let sum: f64 = columns.iter().enumerate().map(|(r, c)| cost[r][*c]).sum();
            prop_assert!((sum - brute(&cost, 0, &mut vec![false; n])).abs() < 1e-9);
        }
    }
}

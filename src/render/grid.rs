//! A table for a terminal that is as narrow as it is: texts are cut, then columns left out from the right; no cell is ever
//! broken over lines.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::human::{Style, printable};
use super::table::shorten;

/// Rows of text under a header.
#[derive(Debug)]
pub struct Grid {
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
    /// These columns hold text and may be cut, down to [`LEAST`]; the others hold numbers.
    pub texts: &'static [usize],
}

/// What is left of a text at the least.
const LEAST: usize = 8;

impl Grid {
    /// The table without a line end, then what found no room.
    pub fn draw(mut self, style: Style) -> String {
        let width = style.width.clamp(40, 200);
        for row in self.rows.iter_mut().chain([&mut self.header]) {
            row.iter_mut().for_each(|cell| *cell = printable(cell));
        }
        let natural = self.widths();
        let least =
            |column: usize| if self.texts.contains(&column) { natural[column].min(LEAST) } else { natural[column] };
        // A cell has a blank on either side and a line behind it; one more line begins the row.
        let needed = |columns: usize| 1 + (0..columns).map(|c| least(c) + 3).sum::<usize>();
        let mut shown = natural.len();
        while shown > 1 && needed(shown) > width {
            shown -= 1;
        }
        let mut room = width.saturating_sub(needed(shown));
        for column in self.texts.iter().copied().filter(|column| *column < shown) {
            let more = room.min(natural[column] - least(column));
            room -= more;
            let to = least(column) + more;
            let cells = self.rows.iter_mut().chain([&mut self.header]);
            cells.filter_map(|row| row.get_mut(column)).for_each(|cell| shorten(cell, to));
        }
        let mut table = Table::new();
        table.load_style(presets::UTF8_FULL_CONDENSED);
        table.set_content_arrangement(ContentArrangement::Disabled);
        if !style.color {
            table.force_no_tty();
        }
        let left_out: Vec<String> = self.header.split_off(shown);
        table.set_header(self.header);
        table.add_rows(self.rows.into_iter().map(|row| row.into_iter().take(shown).collect::<Vec<_>>()));
        for column in (0..shown).filter(|column| !self.texts.contains(column)) {
            if let Some(column) = table.column_mut(column) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        let mut text = table.trim_fmt();
        if !left_out.is_empty() {
            text.push_str(&format!("\nno room for {}", left_out.join(", ")));
        }
        text
    }

    fn widths(&self) -> Vec<usize> {
        let cells = |column: usize| self.rows.iter().chain([&self.header]).filter_map(move |row| row.get(column));
        (0..self.header.len()).map(|c| cells(c).map(|cell| cell.chars().count()).max().unwrap_or(0)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid {
        let row = |name: &str| vec![name.to_owned(), "12".to_owned(), "1,234,567.0".to_owned()];
        let header = ["territory", "accounts", "revenue"].map(str::to_owned).to_vec();
        Grid { header, rows: vec![row("short"), row("a name that is rather long\u{1b}[31m")], texts: &[0] }
    }

    #[test]
    fn texts_are_cut_before_numbers_go() {
        let wide = grid().draw(Style { color: false, width: 80 });
        assert!(wide.contains("rather long\u{fffd}[31m") && wide.contains("1,234,567.0"), "{wide}");
        let narrow = grid().draw(Style { color: false, width: 40 });
        assert!(narrow.contains("a name …") || narrow.contains("a name th"), "{narrow}");
        assert!(narrow.contains("1,234,567.0"), "{narrow}");
        assert!(narrow.lines().all(|line| line.chars().count() <= 40), "{narrow}");
    }

    #[test]
    fn columns_without_room_are_named() {
        let mut wide = grid();
        wide.header.push("opportunity".to_owned());
        wide.rows.iter_mut().for_each(|row| row.push("99.9".to_owned()));
        let narrow = wide.draw(Style { color: false, width: 40 });
        assert!(narrow.ends_with("no room for opportunity"), "{narrow}");
    }
}

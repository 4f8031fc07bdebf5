//! The keys of a run in one text.

/// Keys in ascending order. Where all have one length, which is how most systems number their accounts, no ends are kept.
#[derive(Debug, Clone)]
pub struct Keys {
    text: String,
    ends: Ends,
}

#[derive(Debug, Clone)]
enum Ends {
    /// Every key takes so many bytes; how many keys there are.
    Every(usize, usize),
    At(Vec<u32>),
}

impl Keys {
    #[inline]
    pub fn get(&self, row: usize) -> &str {
        match &self.ends {
            Ends::Every(width, _) => &self.text[row * width..(row + 1) * width],
            Ends::At(ends) => {
                let start = if row == 0 { 0 } else { ends[row - 1] as usize };
                &self.text[start..ends[row] as usize]
            }
        }
    }

    pub fn len(&self) -> usize {
        match &self.ends {
            Ends::Every(_, count) => *count,
            Ends::At(ends) => ends.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<'a> FromIterator<&'a str> for Keys {
    fn from_iter<I: IntoIterator<Item = &'a str>>(keys: I) -> Self {
        let (mut text, mut ends) = (String::new(), Vec::new());
        for key in keys {
            text.push_str(key);
            ends.push(u32::try_from(text.len()).expect("the keys of one batch take less than four gigabytes"));
        }
        text.shrink_to_fit();
        let width = ends.first().copied().unwrap_or(0);
        let even = ends.iter().zip(1..).all(|(end, n): (&u32, u64)| u64::from(*end) == u64::from(width) * n);
        let ends = if even { Ends::Every(width as usize, ends.len()) } else { Ends::At(ends) };
        Self { text, ends }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_back() {
        for keys in [vec![], vec!["", ""], vec!["a1", "b2", "c3"], vec!["", "a", "äö", "b", ""], vec!["äö", "öä"]]
        {
            let kept: Keys = keys.iter().copied().collect();
            assert_eq!((0..kept.len()).map(|row| kept.get(row)).collect::<Vec<_>>(), keys);
        }
    }
}

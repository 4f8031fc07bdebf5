//! Columns of small numbers, as narrow as their greatest number lets them be.

use super::NONE;

/// Numbers below a few hundred take one byte, below some ten thousand two; [`NONE`] has a place in each width, and a
/// column of nothing else takes no room at all.
#[derive(Debug, Clone)]
pub enum Codes {
    Nothing,
    Bytes(Vec<u8>),
    Shorts(Vec<u16>),
    Words(Vec<u32>),
}

impl Codes {
    pub fn new(codes: Vec<u32>) -> Self {
        let greatest = codes.iter().copied().filter(|code| *code != NONE).max();
        match greatest {
            None => Codes::Nothing,
            Some(greatest) if greatest < u32::from(u8::MAX) => Codes::Bytes(codes.iter().map(|c| *c as u8).collect()),
            Some(greatest) if greatest < u32::from(u16::MAX) => {
                Codes::Shorts(codes.iter().map(|c| *c as u16).collect())
            }
            Some(_) => Codes::Words(codes),
        }
    }

    #[inline]
    pub fn get(&self, row: usize) -> u32 {
        match self {
            Codes::Nothing => NONE,
            Codes::Bytes(codes) => {
                if codes[row] == u8::MAX {
                    NONE
                } else {
                    u32::from(codes[row])
                }
            }
            Codes::Shorts(codes) => {
                if codes[row] == u16::MAX {
                    NONE
                } else {
                    u32::from(codes[row])
                }
            }
            Codes::Words(codes) => codes[row],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_width_keeps_every_number() {
        for greatest in [0, 1, 254, 255, 256, 65_534, 65_535, 65_536, NONE - 1] {
            let wide = vec![greatest, 0, NONE, greatest / 2];
            let codes = Codes::new(wide.clone());
            assert_eq!((0..wide.len()).map(|row| codes.get(row)).collect::<Vec<_>>(), wide);
        }
        assert!(matches!(Codes::new(vec![254, NONE]), Codes::Bytes(_)));
        assert!(matches!(Codes::new(vec![255]), Codes::Shorts(_)));
        assert!(matches!(Codes::new(vec![65_535]), Codes::Words(_)));
        assert_eq!(Codes::new(vec![NONE; 3]).get(2), NONE);
    }
}

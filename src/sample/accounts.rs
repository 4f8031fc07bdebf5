//! The companies of a sample.
//!
//! Takes the settings and a range of row numbers, gives accounts. Invariant: a row is drawn after the rows before it in its
//! block and never looks ahead, so that a shorter sample is the beginning of a longer one. Sizes are log-normal with a
//! Pareto tail, money follows size and industry, families grow by a Yule process (who has subsidiaries gets more).

use std::sync::LazyLock;

use chrono::{Days, NaiveDate};

use super::Sample;
use super::draw::{Draw, Purpose};
use super::naics::{INDUSTRIES, Industry};
use super::names;
use super::places::{Place, offset};
use super::reps::Team;

#[derive(Debug)]
pub struct Account<'a> {
    /// From 0 over the whole sample.
    pub number: u64,
    pub name: String,
    /// Numbers of the company right above and of the one at the top, itself when it stands alone.
    pub parent: Option<u64>,
    pub family: u64,
    pub place: &'a Place,
    /// Degrees.
    pub position: Option<(f64, f64)>,
    pub naics: Option<&'static str>,
    pub employees: Option<i64>,
    /// Dollars a year.
    pub revenue: Option<i64>,
    /// Dollars a year that it could spend with us.
    pub potential: Option<i64>,
    pub open_pipeline: i64,
    pub visits_per_year: Option<i64>,
    /// From 1, simple, to 5.
    pub complexity: Option<i64>,
    pub relationship: Relationship,
    pub customer_since: Option<NaiveDate>,
    /// Index of the rep.
    pub owner: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relationship {
    Prospect,
    Customer,
    FormerCustomer,
    Partner,
    Competitor,
    CompetitorReseller,
}

impl Relationship {
    /// Cumulated percent.
    const SHARES: [u64; 6] = [64, 90, 95, 98, 99, 100];
    const ALL: [Self; 6] = [
        Self::Prospect,
        Self::Customer,
        Self::FormerCustomer,
        Self::Partner,
        Self::Competitor,
        Self::CompetitorReseller,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Prospect => "prospect",
            Self::Customer => "customer",
            Self::FormerCustomer => "former customer",
            Self::Partner => "partner",
            Self::Competitor => "competitor",
            Self::CompetitorReseller => "reseller of a competitor",
        }
    }

    /// Share with a rep in the records, and share with an open deal.
    fn touched(self) -> (f64, f64) {
        match self {
            Self::Prospect => (0.55, 0.10),
            Self::Customer => (0.97, 0.22),
            Self::FormerCustomer => (0.70, 0.06),
            Self::Partner => (0.80, 0.05),
            Self::Competitor | Self::CompetitorReseller => (0.05, 0.0),
        }
    }
}

/// Holes by column, against the rate of the head count.
mod holes {
    pub const POSITION: f64 = 0.4;
    pub const NAICS: f64 = 0.6;
    pub const REVENUE: f64 = 1.6;
    pub const POTENTIAL: f64 = 2.0;
    pub const SERVICE: f64 = 0.5;
}

/// Cumulated weights of all industries, and of those of finance alone (the others add nought).
static WEIGHTS: LazyLock<[Vec<u64>; 2]> = LazyLock::new(|| {
    let cumulate = |counts: fn(&Industry) -> bool| {
        let weights = INDUSTRIES.iter().map(|i| if counts(i) { u64::from(i.weight) } else { 0 });
        weights
            .scan(0, |sum, weight| {
                Some({
                    *sum += weight;
                    *sum
                })
            })
            .collect()
    };
    [cumulate(|_| true), cumulate(Industry::is_finance)]
});

/// What later rows of the block may become subsidiaries of.
struct Member {
    number: u64,
    head: usize,
}

struct Head {
    number: u64,
    industry: &'static Industry,
    subsidiaries: usize,
}

/// The rows `first .. first + rows` of one block.
pub fn accounts(sample: &Sample, first: u64, rows: u64) -> Vec<Account<'_>> {
    let seed = sample.settings.seed;
    let mut draw = Draw::new(seed, Purpose::Accounts, first);
    let mut heads: Vec<Head> = Vec::new();
    let mut members: Vec<Member> = Vec::new();
    let mut made = Vec::with_capacity(rows as usize);
    for number in first..first + rows {
        let at = draw.weighted(&sample.places.weights);
        let place = &sample.places.all[at];
        let above = if !members.is_empty() && draw.chance(0.11) { Some(draw.pick(&members)) } else { None };
        let parent = above.map(|member| member.number);
        let head = above.map(|member| member.head);
        let industry = match head {
            Some(head) if draw.chance(0.7) => heads[head].industry,
            _ => industry(place.metro.finance, &mut draw),
        };
        let name = match head {
            Some(head) => {
                let head = &mut heads[head];
                head.subsidiaries += 1;
                names::subsidiary(&names::root(head.number, seed), industry.words(), head.subsidiaries - 1, &mut draw)
            }
            None => names::company(&names::root(number, seed), industry.words(), &mut draw),
        };
        let employees = employees(industry, &mut draw);
        match head {
            Some(head) => members.push(Member { number, head }),
            // A company that owns others is not a corner shop.
            None if employees >= 100.0 => {
                members.push(Member { number, head: heads.len() });
                heads.push(Head { number, industry, subsidiaries: 0 });
            }
            None => {}
        }
        let family = head.map_or(number, |head| heads[head].number);
        let sketch = Sketch { number, name, parent, family, at, industry, employees };
        made.push(sketch.account(sample, &mut draw));
    }
    made
}

/// A company of which the outline is known.
struct Sketch {
    number: u64,
    name: String,
    parent: Option<u64>,
    family: u64,
    /// Index of the place.
    at: usize,
    industry: &'static Industry,
    /// Before a hole may swallow it.
    employees: f64,
}

impl Sketch {
    fn account<'a>(self, sample: &'a Sample, draw: &mut Draw) -> Account<'a> {
        let Self { number, name, parent, family, at, industry, employees } = self;
        let place = &sample.places.all[at];
        let reach = 1.5 * place.metro.reach;
        let (north, east) = (draw.normal() * reach, draw.normal() * reach);
        let position = offset(place.lat, place.lon, north, east);
        let revenue = employees * f64::from(industry.productivity) * draw.log_normal(0.45);
        let potential = potential(industry, employees, draw);
        let relationship = Relationship::ALL[draw.weighted(&Relationship::SHARES)];
        let is_customer = relationship == Relationship::Customer;
        let (owned, dealing) = relationship.touched();
        let open_pipeline = if draw.chance(dealing) { potential * (0.1 + 0.7 * draw.unit()) } else { 0.0 };
        let loyalty = if is_customer { 1.6 } else { 1.0 };
        let visits = loyalty * (1.0 + 1.2 * libm::log(1.0 + potential / 10_000.0)) * draw.log_normal(0.35);
        let complexity = 0.6 + 0.35 * libm::log(employees) + 0.7 * draw.normal();
        let was_customer = is_customer || relationship == Relationship::FormerCustomer;
        let age = draw.unit();
        let customer_since = was_customer.then(|| {
            let last = NaiveDate::from_ymd_opt(2026, 12, 31).expect("the date exists");
            last - Days::new((age * age * 16.0 * 365.0) as u64)
        });
        let owner = if draw.chance(owned) { sample.owners.draw(at, Team::of_employees(employees), draw) } else { None };
        let rate = sample.settings.missing;
        let mut known = |times: f64| !draw.chance(rate * times);
        Account {
            number,
            name,
            parent,
            family,
            place,
            position: known(holes::POSITION).then_some(position),
            naics: known(holes::NAICS).then_some(industry.code),
            employees: known(1.0).then_some(employees as i64),
            revenue: known(holes::REVENUE).then_some(revenue.round() as i64 * 1_000),
            potential: known(holes::POTENTIAL).then_some(hundreds(potential)),
            open_pipeline: hundreds(open_pipeline),
            visits_per_year: known(holes::SERVICE).then_some(visits.round().clamp(1.0, 52.0) as i64),
            complexity: known(holes::SERVICE).then_some(complexity.round().clamp(1.0, 5.0) as i64),
            relationship,
            customer_since,
            owner,
        }
    }
}

/// `finance` is how much likelier than elsewhere banks are.
fn industry(finance: f64, draw: &mut Draw) -> &'static Industry {
    let [all, banks] = &*WEIGHTS;
    let share = *banks.last().expect("there are banks") as f64 / *all.last().expect("there are industries") as f64;
    let extra = (finance - 1.0) * share / (1.0 - share);
    let weights = if draw.chance(extra) { banks } else { all };
    &INDUSTRIES[draw.weighted(weights)]
}

/// A whole number; half the companies have fewer than about fifty-five, one in twenty a thousand or more.
fn employees(industry: &Industry, draw: &mut Draw) -> f64 {
    let body = 45.0 * industry.size * draw.log_normal(1.4);
    let tail = if draw.chance(0.05) { draw.pareto(0.95) } else { 1.0 };
    (body * tail).round().clamp(1.0, 400_000.0)
}

/// Grows with the three-quarter power of the head count; some industries buy more.
fn potential(industry: &Industry, employees: f64, draw: &mut Draw) -> f64 {
    let appetite = match &industry.code[..2] {
        "51" | "52" => 1.7,
        "31" | "32" | "33" | "54" | "62" => 1.2,
        "44" | "45" | "72" | "81" => 0.6,
        _ => 1.0,
    };
    let root = employees.sqrt();
    2_500.0 * appetite * root * root.sqrt() * draw.log_normal(0.6)
}

fn hundreds(money: f64) -> i64 {
    (money / 100.0).round() as i64 * 100
}

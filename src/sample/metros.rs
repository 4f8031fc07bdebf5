//! The metropolitan areas of the United States around which samples gather.
//!
//! Gives a constant table: every state and the District of Columbia has at least one row. Figures are approximate and
//! rounded (city hall to two decimals, thousands of people of the area, parts of New York apart). The ZIP prefixes are
//! the sectional centres of the US postal service that serve the area and lie in its state; no two rows share one.
//! Deliberately absent: anything newer than the shape of the country, and the rest of the world, which is in
//! [`super::hubs`].

/// A place where companies gather.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Metro {
    pub city: &'static str,
    /// ISO 3166-1 alpha-2.
    pub country: &'static str,
    /// The US state's two letters; empty elsewhere.
    pub state: &'static str,
    /// Degrees, WGS 84.
    pub lat: f64,
    pub lon: f64,
    /// Thousands.
    pub people: u32,
    /// First and last three-digit ZIP prefix; `(0, 0)` outside the United States.
    pub zip: (u16, u16),
    /// Where open water (or the border) keeps companies out.
    pub water: Water,
    /// How far it reaches, against an ordinary area of its population.
    pub reach: f64,
    /// How much likelier than elsewhere a company here is one of finance.
    pub finance: f64,
}

/// The side of a centre that holds no companies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Water {
    None,
    North,
    East,
    South,
    West,
}

use Water::{East, None, North, South, West};

const fn us(
    city: &'static str,
    state: &'static str,
    at: (f64, f64),
    people: u32,
    zip: (u16, u16),
    water: Water,
) -> Metro {
    Metro { city, country: "US", state, lat: at.0, lon: at.1, people, zip, water, reach: 1.0, finance: 1.0 }
}

impl Metro {
    /// Narrower or wider than its population says.
    const fn reaching(mut self, reach: f64) -> Metro {
        self.reach = reach;
        self
    }

    /// A centre of banking or insurance.
    pub(super) const fn finance(mut self, finance: f64) -> Metro {
        self.finance = finance;
        self
    }
}

pub const US: &[Metro] = &[
    us("New York", "NY", (40.76, -73.98), 1_640, (100, 102), None).reaching(0.2).finance(4.0),
    us("Staten Island", "NY", (40.58, -74.15), 490, (103, 103), None).reaching(0.4),
    us("Bronx", "NY", (40.85, -73.87), 1_440, (104, 104), None).reaching(0.25),
    us("White Plains", "NY", (41.03, -73.76), 1_320, (105, 109), None).finance(1.3),
    us("Queens", "NY", (40.73, -73.80), 2_300, (110, 111), None).reaching(0.3),
    us("Brooklyn", "NY", (40.66, -73.95), 2_640, (112, 112), None).reaching(0.3),
    us("Hempstead", "NY", (40.75, -73.50), 2_880, (115, 119), South).reaching(0.8).finance(1.2),
    us("Albany", "NY", (42.65, -73.76), 900, (120, 123), None),
    us("Syracuse", "NY", (43.05, -76.15), 650, (130, 132), None),
    us("Buffalo", "NY", (42.89, -78.88), 1_160, (140, 143), West),
    us("Rochester", "NY", (43.16, -77.61), 1_080, (144, 146), North),
    us("Boston", "MA", (42.36, -71.06), 4_000, (17, 24), East).finance(1.8),
    us("Worcester", "MA", (42.26, -71.80), 860, (14, 16), None),
    us("Springfield", "MA", (42.10, -72.59), 690, (10, 13), None),
    us("Providence", "RI", (41.82, -71.41), 1_670, (28, 29), South).reaching(0.6),
    us("Manchester", "NH", (42.99, -71.46), 430, (30, 32), None),
    us("Portsmouth", "NH", (43.07, -70.80), 320, (38, 38), East),
    us("Portland", "ME", (43.66, -70.27), 560, (39, 42), East),
    us("Bangor", "ME", (44.80, -68.77), 150, (44, 47), None),
    us("Burlington", "VT", (44.48, -73.21), 230, (50, 56), West),
    us("Hartford", "CT", (41.76, -72.68), 1_220, (60, 63), None).finance(2.2),
    us("New Haven", "CT", (41.31, -72.92), 860, (64, 66), South),
    us("Stamford", "CT", (41.06, -73.54), 960, (68, 69), South).reaching(0.7).finance(2.5),
    us("Newark", "NJ", (40.74, -74.19), 2_500, (70, 72), None).reaching(0.6).finance(1.3),
    us("Jersey City", "NJ", (40.72, -74.05), 720, (73, 73), None).reaching(0.3).finance(2.5),
    us("Hackensack", "NJ", (40.89, -74.05), 1_460, (74, 76), None).reaching(0.6),
    us("Cherry Hill", "NJ", (39.93, -75.01), 1_240, (80, 81), None),
    us("Princeton", "NJ", (40.35, -74.66), 390, (85, 86), None).finance(1.4),
    us("New Brunswick", "NJ", (40.49, -74.45), 860, (88, 89), None).reaching(0.6),
    us("Philadelphia", "PA", (39.95, -75.16), 4_100, (189, 194), None).finance(1.2),
    us("Allentown", "PA", (40.60, -75.47), 870, (180, 181), None),
    us("Scranton", "PA", (41.41, -75.66), 570, (184, 187), None),
    us("Harrisburg", "PA", (40.27, -76.88), 600, (170, 172), None),
    us("Pittsburgh", "PA", (40.44, -80.00), 2_350, (150, 156), None).finance(1.2),
    us("Erie", "PA", (42.13, -80.09), 270, (164, 165), North),
    us("Wilmington", "DE", (39.75, -75.55), 730, (197, 198), East).reaching(0.6).finance(2.4),
    us("Washington", "DC", (38.90, -77.04), 690, (200, 200), None).reaching(0.25),
    us("Bethesda", "MD", (38.98, -77.09), 2_050, (207, 209), None).reaching(0.7),
    us("Baltimore", "MD", (39.29, -76.61), 2_850, (210, 212), None),
    us("Frederick", "MD", (39.41, -77.41), 280, (217, 217), None),
    us("Arlington", "VA", (38.86, -77.22), 3_000, (220, 223), None).reaching(0.8),
    us("Richmond", "VA", (37.54, -77.44), 1_340, (230, 232), None),
    us("Virginia Beach", "VA", (36.85, -76.12), 1_790, (233, 237), East),
    us("Roanoke", "VA", (37.27, -79.94), 320, (240, 241), None),
    us("Charleston", "WV", (38.35, -81.63), 250, (250, 253), None),
    us("Morgantown", "WV", (39.63, -79.96), 140, (265, 265), None),
    us("Charlotte", "NC", (35.23, -80.84), 2_800, (280, 282), None).finance(2.0),
    us("Raleigh", "NC", (35.78, -78.64), 2_150, (275, 277), None),
    us("Greensboro", "NC", (36.07, -79.79), 1_750, (270, 274), None),
    us("Asheville", "NC", (35.60, -82.55), 470, (287, 288), None),
    us("Wilmington", "NC", (34.23, -77.94), 450, (284, 284), East),
    us("Columbia", "SC", (34.00, -81.03), 850, (290, 292), None),
    us("Greenville", "SC", (34.85, -82.40), 1_290, (296, 296), None),
    us("Charleston", "SC", (32.78, -79.93), 850, (294, 294), East).reaching(0.8),
    us("Atlanta", "GA", (33.75, -84.39), 6_300, (300, 303), None).finance(1.2),
    us("Augusta", "GA", (33.47, -81.98), 620, (308, 309), None),
    us("Savannah", "GA", (32.08, -81.09), 420, (313, 314), East),
    us("Columbus", "GA", (32.46, -84.99), 330, (318, 319), None),
    us("Jacksonville", "FL", (30.33, -81.66), 1_710, (320, 322), East).finance(1.3),
    us("Tallahassee", "FL", (30.44, -84.28), 390, (323, 323), South),
    us("Orlando", "FL", (28.54, -81.38), 2_820, (327, 329), None),
    us("Miami", "FL", (25.77, -80.25), 2_700, (330, 332), East).reaching(0.6).finance(1.4),
    us("Fort Lauderdale", "FL", (26.12, -80.19), 1_960, (333, 333), East).reaching(0.5),
    us("West Palm Beach", "FL", (26.71, -80.11), 1_530, (334, 334), East).reaching(0.6).finance(1.3),
    us("Tampa", "FL", (27.95, -82.46), 3_340, (335, 338), West).finance(1.2),
    us("Fort Myers", "FL", (26.64, -81.87), 1_200, (339, 341), West),
    us("Birmingham", "AL", (33.52, -86.80), 1_180, (350, 352), None).finance(1.4),
    us("Huntsville", "AL", (34.73, -86.59), 530, (356, 358), None),
    us("Montgomery", "AL", (32.38, -86.31), 385, (360, 361), None),
    us("Mobile", "AL", (30.69, -88.04), 410, (365, 366), South),
    us("Nashville", "TN", (36.16, -86.78), 2_100, (370, 372), None),
    us("Chattanooga", "TN", (35.05, -85.31), 580, (373, 374), None),
    us("Knoxville", "TN", (35.96, -83.92), 950, (377, 379), None),
    us("Memphis", "TN", (35.15, -90.05), 1_330, (380, 381), None),
    us("Jackson", "MS", (32.30, -90.18), 610, (390, 392), None),
    us("Gulfport", "MS", (30.40, -89.09), 420, (395, 395), South),
    us("Louisville", "KY", (38.25, -85.76), 1_370, (400, 402), None),
    us("Lexington", "KY", (38.04, -84.50), 520, (403, 405), None),
    us("Columbus", "OH", (39.96, -83.00), 2_180, (430, 432), None).finance(1.4),
    us("Toledo", "OH", (41.65, -83.54), 600, (434, 436), North),
    us("Cleveland", "OH", (41.50, -81.69), 2_160, (440, 441), North).finance(1.2),
    us("Akron", "OH", (41.08, -81.52), 700, (442, 443), None),
    us("Cincinnati", "OH", (39.10, -84.51), 2_270, (450, 452), None),
    us("Dayton", "OH", (39.76, -84.19), 810, (453, 454), None),
    us("Indianapolis", "IN", (39.77, -86.16), 2_140, (460, 462), None),
    us("South Bend", "IN", (41.68, -86.25), 470, (465, 466), None),
    us("Fort Wayne", "IN", (41.08, -85.14), 460, (467, 468), None),
    us("Evansville", "IN", (37.97, -87.57), 310, (476, 477), None),
    us("Detroit", "MI", (42.36, -83.10), 4_340, (480, 483), East),
    us("Lansing", "MI", (42.73, -84.56), 540, (488, 489), None),
    us("Grand Rapids", "MI", (42.96, -85.67), 1_160, (493, 495), None),
    us("Des Moines", "IA", (41.59, -93.62), 740, (500, 503), None).finance(2.2),
    us("Cedar Rapids", "IA", (41.98, -91.67), 450, (522, 524), None),
    us("Milwaukee", "WI", (43.04, -87.91), 1_560, (530, 532), East),
    us("Madison", "WI", (43.07, -89.40), 690, (535, 537), None),
    us("Green Bay", "WI", (44.51, -88.01), 330, (541, 543), None),
    us("St. Paul", "MN", (44.95, -93.09), 1_200, (550, 551), None).reaching(0.6),
    us("Minneapolis", "MN", (44.98, -93.27), 2_500, (553, 555), None).finance(1.3),
    us("Duluth", "MN", (46.79, -92.10), 280, (556, 558), East),
    us("Rochester", "MN", (44.02, -92.47), 230, (559, 559), None),
    us("Sioux Falls", "SD", (43.55, -96.73), 300, (570, 571), None).finance(2.0),
    us("Rapid City", "SD", (44.08, -103.23), 145, (577, 577), None),
    us("Fargo", "ND", (46.88, -96.79), 265, (580, 581), None),
    us("Bismarck", "ND", (46.81, -100.78), 135, (585, 585), None),
    us("Billings", "MT", (45.78, -108.50), 190, (590, 591), None),
    us("Missoula", "MT", (46.87, -113.99), 120, (598, 598), None),
    us("Chicago", "IL", (41.88, -87.64), 8_600, (600, 608), East).finance(1.6),
    us("Rockford", "IL", (42.27, -89.09), 335, (610, 611), None),
    us("Peoria", "IL", (40.69, -89.59), 400, (615, 616), None),
    us("Springfield", "IL", (39.80, -89.64), 205, (625, 627), None),
    us("St. Louis", "MO", (38.63, -90.24), 2_800, (630, 633), None).finance(1.2),
    us("Kansas City", "MO", (39.10, -94.58), 1_320, (640, 641), None),
    us("Springfield", "MO", (37.21, -93.29), 490, (656, 658), None),
    us("Overland Park", "KS", (38.95, -94.70), 900, (660, 662), None).reaching(0.8),
    us("Topeka", "KS", (39.05, -95.68), 230, (664, 666), None),
    us("Wichita", "KS", (37.69, -97.34), 650, (670, 672), None),
    us("Omaha", "NE", (41.26, -95.95), 980, (680, 681), None).finance(1.6),
    us("Lincoln", "NE", (40.81, -96.68), 345, (683, 685), None),
    us("New Orleans", "LA", (29.96, -90.10), 990, (700, 701), South),
    us("Baton Rouge", "LA", (30.45, -91.19), 870, (707, 708), None),
    us("Shreveport", "LA", (32.53, -93.75), 380, (710, 711), None),
    us("Little Rock", "AR", (34.75, -92.29), 760, (720, 722), None),
    us("Fayetteville", "AR", (36.16, -94.16), 590, (727, 727), None),
    us("Oklahoma City", "OK", (35.47, -97.52), 1_480, (730, 731), None),
    us("Tulsa", "OK", (36.15, -95.99), 1_040, (740, 741), None),
    us("Dallas", "TX", (32.78, -96.80), 5_400, (750, 753), None).finance(1.3),
    us("Fort Worth", "TX", (32.76, -97.33), 2_600, (760, 761), None),
    us("Houston", "TX", (29.76, -95.37), 7_500, (770, 775), None),
    us("San Antonio", "TX", (29.42, -98.49), 2_700, (780, 782), None),
    us("Corpus Christi", "TX", (27.78, -97.43), 450, (783, 784), East),
    us("McAllen", "TX", (26.22, -98.23), 900, (785, 785), South),
    us("Austin", "TX", (30.27, -97.74), 2_470, (786, 787), None),
    us("Lubbock", "TX", (33.58, -101.86), 330, (793, 794), None),
    us("El Paso", "TX", (31.78, -106.44), 870, (798, 799), South),
    us("Denver", "CO", (39.74, -104.99), 3_000, (800, 804), None).finance(1.2),
    us("Colorado Springs", "CO", (38.83, -104.82), 770, (808, 809), None),
    us("Cheyenne", "WY", (41.14, -104.82), 100, (820, 820), None),
    us("Casper", "WY", (42.85, -106.32), 80, (826, 826), None),
    us("Idaho Falls", "ID", (43.49, -112.03), 170, (834, 834), None),
    us("Boise", "ID", (43.62, -116.20), 820, (836, 837), None),
    us("Salt Lake City", "UT", (40.76, -111.89), 1_270, (840, 841), None).finance(1.4),
    us("Provo", "UT", (40.23, -111.66), 730, (846, 846), None),
    us("Phoenix", "AZ", (33.45, -112.07), 5_070, (850, 853), None).finance(1.2),
    us("Tucson", "AZ", (32.22, -110.97), 1_060, (856, 857), None),
    us("Albuquerque", "NM", (35.08, -106.65), 920, (870, 871), None),
    us("Las Cruces", "NM", (32.32, -106.77), 225, (880, 880), None),
    us("Las Vegas", "NV", (36.17, -115.14), 2_340, (889, 891), None),
    us("Reno", "NV", (39.53, -119.81), 500, (894, 895), None),
    us("Los Angeles", "CA", (34.05, -118.24), 9_700, (900, 918), South),
    us("San Diego", "CA", (32.77, -117.10), 3_270, (919, 921), West),
    us("Riverside", "CA", (33.98, -117.37), 4_690, (922, 925), None),
    us("Santa Ana", "CA", (33.75, -117.86), 3_140, (926, 928), South).reaching(0.6).finance(1.2),
    us("Bakersfield", "CA", (35.37, -119.02), 910, (932, 933), None),
    us("Fresno", "CA", (36.74, -119.79), 1_170, (936, 938), None),
    us("San Francisco", "CA", (37.77, -122.42), 1_580, (940, 941), West).reaching(0.5).finance(2.2),
    us("Oakland", "CA", (37.80, -122.25), 2_850, (945, 948), West),
    us("San Jose", "CA", (37.34, -121.89), 1_940, (950, 951), None),
    us("Sacramento", "CA", (38.58, -121.49), 2_420, (956, 958), None),
    us("Honolulu", "HI", (21.32, -157.86), 990, (967, 968), South).reaching(0.4),
    us("Portland", "OR", (45.52, -122.68), 2_000, (970, 972), None),
    us("Eugene", "OR", (44.05, -123.09), 380, (974, 974), None),
    us("Seattle", "WA", (47.61, -122.33), 3_100, (980, 981), West),
    us("Tacoma", "WA", (47.25, -122.44), 930, (983, 985), None),
    us("Vancouver", "WA", (45.64, -122.66), 510, (986, 986), South),
    us("Spokane", "WA", (47.66, -117.43), 600, (990, 992), None),
    us("Anchorage", "AK", (61.21, -149.87), 400, (995, 996), West),
];

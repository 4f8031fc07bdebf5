#!/usr/bin/env python3
"""Territories beside other solvers, in one run on one machine.

    carve.py DATA PEERS [--only NAME ...] [--peers fast|all|none] [--time SECONDS]

DATA holds geo/ and tracts/ (see the README there), PEERS carve_peers.py and transport_peers.py. PYTHON is the
interpreter that has the peers' packages, TERRAC the binary. Every answer, ours too, is scored by
`carve_peers.py eval:`; tracts by the published objective, fixed seats by weight times kilometres. A row says what,
who, seconds, the cost, the worst imbalance and the pieces beyond one a territory. Peers that take minutes run with
`--peers all` only.
"""
import argparse, csv, json, math, os, subprocess, sys, tempfile, time

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("data")
parser.add_argument("peers_folder")
parser.add_argument("--only", nargs="*", default=[])
parser.add_argument("--peers", choices=["fast", "all", "none"], default="fast")
parser.add_argument("--time", default="60", help="seconds for peers that can be told")
given = parser.parse_args()
PYTHON = os.environ.get("PYTHON", sys.executable)
TERRAC = os.environ.get("TERRAC", "terrac")
GEO, TRACTS = os.path.join(given.data, "geo"), os.path.join(given.data, "tracts")
WORK = tempfile.mkdtemp()


def rows_of(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def show(what, who, seconds, cost, imbalance, pieces, note=""):
    cells = [f"{what:34}", f"{who:22}", f"{seconds:8.2f} s", f"{cost:13.8g}", f"{100 * imbalance:8.3f} %"]
    print("  ".join(cells + [f"{pieces!s:>6}", note]).rstrip(), flush=True)


def ours(units, *arguments):
    out = os.path.join(WORK, "ours.csv")
    begun = time.time()
    run = subprocess.run([TERRAC, "carve", units, *arguments, "--out", out, "--format", "json"],
                         capture_output=True, text=True)
    seconds = time.time() - begun
    try:
        whole = json.loads(run.stdout)
        # The figures lie in an envelope with the findings.
        inside = [part for part in [whole, *whole.values()] if isinstance(part, dict) and "stray_pieces" in part]
        return out, inside[0] if inside else None, seconds
    except json.JSONDecodeError:
        print(run.stderr[-500:] or run.stdout[-500:], file=sys.stderr)
        return None, None, seconds


def peer(script, *arguments):
    run = subprocess.run([PYTHON, os.path.join(given.peers_folder, script), *arguments], capture_output=True, text=True)
    lines = run.stdout.strip().splitlines()
    if run.returncode or not lines:
        print(f"{script} {' '.join(arguments)}: {run.stderr[-300:]}", file=sys.stderr)
        return None
    return json.loads(lines[-1])


def wanted(name):
    return not given.only or name in given.only


def free(name, file, into, edges=None, peers=(), slow=()):
    """Free centres, squared distance, within 5 %."""
    if not wanted(name):
        return
    units = os.path.join(GEO, file)
    graph = ["--adjacency", os.path.join(GEO, edges)] if edges else []
    for who, more in [("terrac, in one piece", ["--contiguous", *graph]), ("terrac", [])]:
        out, report, seconds = ours(units, "--into", str(into), "--balance", "weight:5%", *more)
        if report and (score := peer("carve_peers.py", units, str(into), "0.05", f"eval:{out}")):
            pieces = report["stray_pieces"] if more else score["frag"]
            show(name, who, seconds, score["wssd"], score["imb"], pieces)
    named = {"none": (), "fast": peers, "all": (*peers, *slow)}[given.peers]
    for who in named:
        if score := peer("carve_peers.py", units, str(into), "0.05", who, "--time", given.time):
            show(name, who, score["wall_s"], score["wssd"], score["imb"], score["frag"])


def fixed(name, file, seats, peers):
    """Fixed seats, plain distance, within 5 %; beside the cost how far above the bound."""
    if not wanted(name):
        return
    units, seats = os.path.join(GEO, file), os.path.join(GEO, seats)
    for who, more in [("terrac", []), ("terrac, in one piece", ["--contiguous"])]:
        _, report, seconds = ours(units, "--seats", seats, "--cost", "distance", "--balance", "weight:5%", *more)
        if report:
            note = f"{100 * report['gap']:.3f} % above the bound {report['bound']:.6g}"
            pieces = report["stray_pieces"] if more else "-"
            show(name, who, seconds, report["cost"], report["weights"][0]["imbalance"], pieces, note)
    for who in peers if given.peers != "none" else ():
        if score := peer("transport_peers.py", units, seats, "0.05", who, "--time", given.time):
            gap = score.get("gap_to_lp_pct")
            note = f"{gap:.3f} % above the bound {score['lp_bound']:.6g}" if gap is not None else ""
            show(name, who, score["wall_s"], score["value"], score["imb"], "-", note)


def tract(state, into, published):
    nodes, edges = (os.path.join(TRACTS, f"{state}.{kind}.csv") for kind in ("nodes", "edges"))
    basic = ["--id", "geoid", "--position", "x_m,y_m", "--planar", "--into", str(into), "--balance", "pop:0.5%",
             "--round", "1000"]
    for who, more in [("terrac", []), ("terrac, in one piece", ["--contiguous", "--adjacency", edges])]:
        out, report, seconds = ours(nodes, *basic, "--centres", "units", *more)
        if not report:
            continue
        of = {row["id"] if "id" in row else row["geoid"]: row["territory"] for row in rows_of(out)}
        units = [(float(r["x_m"]), float(r["y_m"]), int(r["pop"]), of[r["geoid"]]) for r in rows_of(nodes)]
        mean = sum(unit[2] for unit in units) / into
        cost, worst = 0.0, 0.0
        for territory in sorted({unit[3] for unit in units}):
            group = [unit for unit in units if unit[3] == territory]
            load = sum(unit[2] for unit in group)
            inside = math.ceil(0.995 * mean) <= load <= math.floor(1.005 * mean)
            worst = max(worst, abs(load / mean - 1), 0.0 if inside else 1.0)
            far = lambda a, b: round(math.hypot(a[0] - b[0], a[1] - b[1]) / 1000) / 1000
            cost += min(sum(far(unit, centre) ** 2 * unit[2] for unit in group) for centre in group)
        note = f"{100 * (cost / published - 1):+.3f} % of the published {published:.2f}, made without contiguity"
        show(f"tracts {state} into {into}", who, seconds, cost, worst, report["stray_pieces"] if more else "-", note)


def several(name, balances):
    """Counties into 20, several weights within 5 % at once."""
    if not wanted("weights"):
        return
    land = {row["geoid"]: row["aland_m2"] for row in rows_of(os.path.join(GEO, "counties_2010.csv"))}
    units = os.path.join(WORK, "counties.csv")
    with open(units, "w") as file:
        file.write("id,lon,lat,weight,land\n")
        for row in rows_of(os.path.join(GEO, "points_counties.csv")):
            file.write(f"{row['id']},{row['lon']},{row['lat']},{row['weight']},{land.get(row['id'], 0)}\n")
    edges = os.path.join(GEO, "county_edges_us.csv")
    asked = [part for balance in balances for part in ("--balance", f"{balance}:5%")]
    for who, more in [("terrac", []), ("terrac, in one piece", ["--contiguous", "--adjacency", edges])]:
        _, report, seconds = ours(units, "--into", "20", *asked, *more)
        if report:
            worst = max(weight["imbalance"] for weight in report["weights"])
            show(name, who, seconds, report["cost"], worst, report["stray_pieces"] if more else "-")


def accounts(count, into):
    """Accounts as units, balanced by loan."""
    if not wanted("accounts"):
        return
    table = os.path.join(given.data, "accounts", "ppp_100k.csv")
    _, report, seconds = ours(table, "--into", str(into), "--balance", "units:5%")
    if report:
        show(f"{count} accounts into {into}", "terrac", seconds, report["cost"], report["weights"][0]["imbalance"], "-")


print(f"{'what':34}  {'who':22}  {'wall':>10}  {'cost':>13}  {'worst':>10}  pieces")
free("zips50", "points_zip3k.csv", 50, peers=["lloyd_mcf", "kmc"], slow=["lloyd_lp", "gerry", "gerry_opt"])
free("counties20", "points_counties.csv", 20, "county_edges_us.csv", ["lloyd_mcf"], ["kmc", "gerry"])
free("zips100", "points_zip_conus.csv", 100, slow=["lloyd_mcf"])
free("zips500", "points_zip_conus.csv", 500)
fixed("seats50", "points_zip3k.csv", "reps50.csv", ["lp", "mcf"])
fixed("seats200", "points_zip_conus.csv", "reps200.csv", ["mcf"] if given.peers == "all" else [])
if wanted("tracts"):
    for row in rows_of(os.path.join(TRACTS, "best_known.csv")):
        tract(row["state"], int(row["k"]), float(row["best_upper_bound"]))
several("counties20, 2 weights", ["weight", "land"])
several("counties20, 3 weights", ["weight", "land", "units"])
accounts(100_000, 40)

#!/usr/bin/env python3
"""Writes docs/checks/*.md and their index from the check records.

  generate.py --gilray PATH           write
  generate.py --gilray PATH --check   write nothing; exit 1 and say which pages differ from what would be written
"""
import argparse
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
NOTICE = "<!-- Written by docs/generate.py from the check's record; change the record, then run ./dev docs. -->\n"
FIXES = {
    "none": "none",
    "suggested": "suggested: look at it before you apply it",
    "safe": "safe: may be applied without looking",
}


def table(rows):
    """Rows of strings as a Markdown table; the first row is the head."""
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]]) + "\n"


def examples(heading, items):
    return "".join(f"## {heading}: {e['title']}\n\n```cpp\n{e['code'].strip()}\n```\n\n" for e in items)


def page(check):
    maturity = check["maturity"]
    if check["review_by"]:
        maturity += f", to be reviewed for {check['review_by']}"
    text = NOTICE + f"# {check['name']}\n\n{check['summary'][0].upper()}{check['summary'][1:]}.\n\n"
    text += table([
        ["Severity", "Maturity", "Group", "Since", "Fix"],
        [check["severity"], maturity, check["group"], check["since"], FIXES[check["fix"]]],
    ])
    for heading, key in [("What it finds", "what"), ("Why it matters", "why"), ("What to do", "remedy"),
                         ("What it does not see", "limits")]:
        text += f"\n## {heading}\n\n{check[key]}\n"
    if check["options"]:
        rows = [["Option", "Type", "Default", "Meaning"]]
        rows += [[o["name"], o["type"], o["default"], o["doc"]] for o in check["options"]]
        text += "\n## Options\n\n" + table(rows)
    return (text + "\n" + examples("Wrong", check["bad"]) + examples("Right", check["good"])).rstrip() + "\n"


def index(checks):
    text = NOTICE + "# Checks\n\nThe same as `gilray list`; `gilray explain CHECK` prints a page on the terminal.\n"
    for group in dict.fromkeys(c["group"] for c in checks):
        rows = [["Check", "Severity", "Maturity", "Finds"]]
        rows += [[f"[{c['name']}]({c['name']}.md)", c["severity"], c["maturity"], c["summary"]]
                 for c in checks if c["group"] == group]
        text += f"\n## {group}\n\n" + table(rows)
    return text


def wanted(gilray):
    run = subprocess.run([gilray, "catalogue", "--json"], check=True, capture_output=True)
    checks = json.loads(run.stdout)["checks"]
    pages = {c["name"] + ".md": page(c) for c in checks}
    pages["README.md"] = index(checks)
    return pages


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gilray", required=True, help="the gilray executable")
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    args = parser.parse_args()
    folder = os.path.join(HERE, "checks")
    os.makedirs(folder, exist_ok=True)
    pages = wanted(args.gilray)
    stale = []
    for name in sorted(set(pages) | {f for f in os.listdir(folder) if f.endswith(".md")}):
        path = os.path.join(folder, name)
        old = None
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                old = file.read()
        new = pages.get(name)
        if old == new:
            continue
        stale.append("docs/checks/" + name + (" belongs to no check" if new is None else ""))
        if args.check:
            continue
        if new is None:
            os.remove(path)
        else:
            with open(path, "w", encoding="utf-8") as file:
                file.write(new)
    for name in stale:
        print(("stale: " if args.check else "written: ") + name)
    if args.check and stale:
        print("run ./dev docs", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Writes the files of a new check: record and rule, a bad and a good corpus file, a line in Checks.def and one in the
changelog. What it leaves open fails a test or does not compile; it says which.

  new_check.py NAME --group GROUP [--severity error|warning|note]
"""
import argparse
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ROOT = os.environ.get("GILRAY_NEW_CHECK_ROOT") or HERE  # its test works on a copy

# Empty strings break the record's static_assert; a rule that finds nothing fails its bad example and its bad corpus file.
RULE = '''// What this check decides, and from which facts of the flow results.
#include "rules/Report.h"

namespace gilray {{

using namespace rules;

static constexpr Example Bad[] = {{{{"", R"c(#include <Python.h>
)c"}}}};

static constexpr Example Good[] = {{{{"", R"c(#include <Python.h>
)c"}}}};

static void run(const rules::Input &In, std::vector<Finding> &Out);

GILRAY_CHECK({symbol}, {{
  .Name = "{name}",
  .Group = "{group}",
  .Summary = "",
  .Default = Severity::{severity},
  .State = Maturity::Preview,
  .Since = "{version}",
  .ReviewBy = "",
  .What = "",
  .Why = "",
  .Remedy = "",
  .Limits = "",
  .Bad = Bad,
  .Good = Good,
  .Run = run,
}});

static void run(const rules::Input &In, std::vector<Finding> &Out) {{
  const flow::Results &Results = In.flow();
  for (const flow::Report &R : Results.reports()) {{
  }}
}}

}} // namespace gilray
'''
BAD = '''// corpus: check=gilray-{name}
#include <Python.h>
// The smallest program in which a reader sees the fault; the line that is wrong carries the expectation.
int wrong; // expect: gilray-{name}
'''
GOOD = '''// corpus: check=gilray-{name}
#include <Python.h>
// A program that looks like the bad one and is right; replace this line by it, with an annotation where it looks wrong.
'''


def camel(name):
    return "".join(word.capitalize() for word in name.split("-"))


def write(path, text):
    path = os.path.join(ROOT, path)
    if os.path.exists(path):
        sys.exit(f"new-check: {os.path.relpath(path, ROOT)} exists already")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    print("wrote", os.path.relpath(path, ROOT))


def change(path, edit):
    path = os.path.join(ROOT, path)
    with open(path, encoding="utf-8") as stream:
        text = stream.read()
    with open(path, "w", encoding="utf-8") as out:
        out.write(edit(text))
    print("changed", os.path.relpath(path, ROOT))


def list_check(symbol, group):
    """Behind the last check of its group, so that lists stay grouped."""
    def edit(text):
        lines = text.splitlines()
        symbols = {match[1]: index for index, line in enumerate(lines)
                   if (match := re.match(r"GILRAY_CHECK_ENTRY\((\w+)\)", line))}
        folder = os.path.join(ROOT, "checks", "rules", group)
        mine = [index for name, index in symbols.items() if os.path.exists(os.path.join(folder, name + ".cpp"))]
        at = max(mine or symbols.values() or [len(lines) - 1]) + 1
        return "\n".join([*lines[:at], f"GILRAY_CHECK_ENTRY({symbol})", *lines[at:]]) + "\n"
    return edit


def announce(name, group):
    line = f"- New check `gilray-{name}` ({group}): \n"

    def edit(text):
        head, mark, rest = text.partition("## Unreleased\n")
        if not mark:
            sys.exit("new-check: CHANGELOG.md has no section '## Unreleased'")
        return head + mark + ("\n" if not rest.startswith("\n") else "") + rest[:1] + line + rest[1:]
    return edit


def main():
    parser = argparse.ArgumentParser(prog="./dev new-check", description="Writes the files of a new check.")
    parser.add_argument("name", help="what is wrong, in kebab case, without gilray-")
    parser.add_argument("--group", required=True)
    parser.add_argument("--severity", choices=("error", "warning", "note"), default="warning")
    options = parser.parse_args()
    name = options.name.removeprefix("gilray-")
    for what in (name, options.group):
        if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", what):
            sys.exit(f"new-check: '{what}' is not in kebab case, such as detached-api-call")
    with open(os.path.join(ROOT, "CMakeLists.txt"), encoding="utf-8") as stream:
        version = re.search(r"project\(gilray VERSION (\S+)", stream.read())[1]
    fields = {"name": name, "symbol": camel(name), "group": options.group, "severity": options.severity.capitalize(),
              "version": version}
    write(f"checks/rules/{options.group}/{camel(name)}.cpp", RULE.format(**fields))
    if shutil.which("clang-format-22"):
        subprocess.run(["clang-format-22", "-i", f"--style=file:{HERE}/.clang-format",
                        os.path.join(ROOT, f"checks/rules/{options.group}/{camel(name)}.cpp")], check=True)
    write(f"test-corpus/checks/gilray-{name}/bad-direct.c", BAD.format(**fields))
    write(f"test-corpus/checks/gilray-{name}/good-direct.c", GOOD.format(**fields))
    change("checks/Checks.def", list_check(camel(name), options.group))
    change("CHANGELOG.md", announce(name, options.group))
    print("open: the record (does not compile while a text is empty), the rule (bad file fails), the good file (fails while it "
          "says nothing), the changelog line (its test fails while it says nothing), docs/checks (./dev docs)")


if __name__ == "__main__":
    main()

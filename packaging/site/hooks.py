"""For MkDocs: the pages of the checks, by group, and what is measured, in the navigation; links to files that are no pages."""
import os
import re


def title(path):
    with open(path, encoding="utf-8") as stream:
        return next(line[2:].strip() for line in stream if line.startswith("# "))


def on_config(config):
    docs = config["docs_dir"]
    groups, group = {}, None
    with open(os.path.join(docs, "checks", "README.md"), encoding="utf-8") as stream:
        for line in stream:
            if line.startswith("## "):
                group = line[3:].strip()
            elif match := re.match(r"\| \[gilray-([\w-]+)\]\(([\w-]+\.md)\)", line):
                groups.setdefault(group, []).append({match[1]: "checks/" + match[2]})
    config["nav"].append({"Checks": [{"All checks": "checks/README.md"}, *({name: pages} for name, pages in groups.items())]})
    for heading, folder in (("Measured", "dev"), ("Design", "design")):
        pages = sorted(name for name in os.listdir(os.path.join(docs, folder)) if name.endswith(".md"))
        config["nav"].append({heading: [{title(os.path.join(docs, folder, name)): f"{folder}/{name}"} for name in pages]})
    return config

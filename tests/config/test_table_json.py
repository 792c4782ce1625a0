"""What describes a table can be read back as that table."""

from __future__ import annotations

import json

import pytest

from workflow_ls.config.settings import load_config
from workflow_ls.config.table_json import table_to_json
from workflow_ls.config.table_loader import builtin_table, load_table
from workflow_ls.rules import CODES

OVERLAY = {
    "packages": [{"name": "@acme/secrets", "directory": "ee/packages/secrets", "sources": "."}],
    "modules": [{"from": "@shared/workflow/secrets", "to": ["@acme/secrets"], "note": "split out"}],
    "names": [
        {"module": "@shared/workflow/types", "name": "default", "as": "Types", "to": "@alga-psa/workflows/types"}
    ],
}


@pytest.mark.parametrize("overlay", [{}, OVERLAY], ids=["built-in", "overlay"])
def test_round_trip(overlay: object) -> None:
    config = load_config(json.dumps(overlay).encode(), base=builtin_table(), rules=CODES)
    assert config.problems == ()
    text = json.dumps(table_to_json(config.table)).encode()
    assert load_table(text, path="table.json") == (config.table, ())

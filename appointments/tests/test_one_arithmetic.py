"""What is owed is worked out in one place: no other module adds, shares or bounds an amount of a fee.

As well as reading the code can tell: arithmetic on anything that goes by the name of a fee's amount or bound.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

THE_PLACE = {"appointments/fee_rules.py", "practice/fee_terms.py", "practice/amounts.py"}
# Not what somebody owes.
ALLOWED = {
    "practice/policies.py defaults": "a new provider's first fees stay below the practice's limit",
    "appointments/fee_phrases.py _at_most": "a sentence promises no more than the payer allows",
    "appointments/waiver_requests.py needed": "how much is let go is held against what one person may",
    "appointments/reports/fees.py": "sums over fees that were assessed",
}
AMOUNTS = {
    "agreed", "alone", "amount", "assessed", "bound", "bounds", "cap", "fee", "fee_cap", "in_force", "late_fee",
    "no_show_fee", "owed", "payer_limit", "price", "reduced_to", "session_price",
}  # fmt: skip
MAKES_ANOTHER = {"min", "max", "round", "sum", "share", "quantize", "fsum", "Least", "Greatest"}
OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv)


def modules() -> Iterator[tuple[str, ast.Module]]:
    root = Path(settings.BASE_DIR)
    for app in ("notifications", "practice", "clients", "appointments"):
        for path in sorted((root / app).rglob("*.py")):
            name = path.relative_to(root).as_posix()
            if name not in THE_PLACE and not {"tests", "migrations", "bench"} & set(path.parts):
                yield name, ast.parse(path.read_text())


def arithmetic(tree: ast.Module) -> Iterator[str]:
    """The function, or nothing at the top, of each place that makes an amount out of others."""
    for top in tree.body:
        for node in ast.walk(top):
            if _makes_an_amount(node):
                yield getattr(top, "name", "")


def _makes_an_amount(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp) and isinstance(node.op, OPERATORS):
        return _is_amount(node.left) or _is_amount(node.right)
    if isinstance(node, ast.AugAssign) and isinstance(node.op, OPERATORS):
        return _is_amount(node.target) or _is_amount(node.value)
    if isinstance(node, ast.Call):
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        given = [*node.args, *([called.value] if isinstance(called, ast.Attribute) else [])]
        return name in MAKES_ANOTHER and any(_is_amount(each) for each in given)
    return False


def _is_amount(node: ast.expr) -> bool:
    """``fee.assessed``, ``fee``, ``F("assessed")``, ``Sum("amount")``, or a product, sum or listing of such."""
    if isinstance(node, ast.Attribute):
        return node.attr in AMOUNTS
    if isinstance(node, ast.Name):
        return node.id in AMOUNTS
    if isinstance(node, ast.Call):
        named = any(isinstance(each, ast.Constant) and each.value in AMOUNTS for each in node.args)
        return named or (getattr(node.func, "id", "") == "Decimal" and any(map(_is_amount, node.args)))
    if isinstance(node, ast.JoinedStr):
        return False
    if isinstance(node, ast.GeneratorExp | ast.ListComp):
        return _is_amount(node.elt)
    return any(isinstance(each, ast.expr) and _is_amount(each) for each in ast.iter_child_nodes(node))


def found() -> set[str]:
    places = {f"{name} {function}".strip() for name, tree in modules() for function in arithmetic(tree)}
    return {next((allowed for allowed in ALLOWED if place.startswith(allowed)), place) for place in places}


def test_no_other_module_makes_an_amount_and_each_exception_is_one_still() -> None:
    assert found() == set(ALLOWED)


def test_the_reading_finds_what_it_looks_for() -> None:
    tries = [
        "min(policy.late_fee, cap)",
        "policy.no_show_fee * 2",
        "fee.assessed - fee.amount",
        "fee.amount.quantize(CENT)",
        "share(policy.session_price, 50)",
        "F('assessed') - F('amount')",
        "sum(fee.amount for fee in fees)",
        "Decimal(fee) / 2",
        "owed -= 1",
        "min([agreed, in_force])",
        "max(a.fee for a in tiers)",
    ]
    assert [each for each in tries if not list(arithmetic(ast.parse(each)))] == []
    others = "minutes * 2; min(left, right); names + others; money(fee) + text; f'{fee}' + text; policy.late_fee > cap"
    assert list(arithmetic(ast.parse(others))) == []

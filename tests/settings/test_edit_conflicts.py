"""Two people, one record: whatever they type, a field that one of them left alone has the other's value."""

from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from shop.edit_conflicts import EditForm, merge_changes
from shop.fields.numbers import WholeNumberField
from shop.fields.tags import TagsField
from shop.fields.text import LineField

values = st.fixed_dictionaries({name: st.integers(0, 2) for name in "abc"})


@given(values, values, values)
def test_each_field_goes_to_who_changed_it_or_to_a_person(before, yours, theirs):
    merged = merge_changes(before=before, yours=yours, theirs=theirs)
    undecided = {conflict.field for conflict in merged.conflicts}
    for name in "abc":
        you, they = yours[name] != before[name], theirs[name] != before[name]
        assert (name in undecided) == (you and they and yours[name] != theirs[name])
        if name not in undecided:
            assert merged.values[name] == (yours[name] if you else theirs[name])


class Sheet(EditForm):
    class Meta:
        csrf = False

    a = LineField("A")
    b = WholeNumberField("B")
    c = TagsField("C")


SEEN = {"a": "one", "b": 1, "c": ["x"]}
THEIRS = {"a": "theirs", "b": 2, "c": ["x", "y"]}


def posted(app, typed, **hidden):
    with app.test_request_context(method="POST"):
        return Sheet(MultiDict({**typed, **hidden}))


def shown(form):
    return {field.name: field._value() for field in form}


def test_after_a_conflict_the_next_press_takes_nothing_of_theirs_away(app):
    first = posted(app, {})
    first.start(1, SEEN)
    hidden = {"version": first.version.data, "before": first.before.data}
    form = posted(app, {"a": "mine", "b": "1", "c": "x"}, **hidden)

    merged = form.settle(2, THEIRS, {})
    assert [conflict.field for conflict in merged.conflicts] == ["a"]
    again = shown(form)
    assert (again["a"], again["b"], again["c"], again["version"]) == ("mine", "2", "x, y", "2")

    pressed = posted(app, again)
    merged = pressed.settle(2, THEIRS, {})
    assert (merged.values, merged.conflicts) == ({**THEIRS, "a": "mine"}, [])

    merged = posted(app, again).settle(2, THEIRS, {"keep-a": "theirs"})
    assert (merged.values, merged.conflicts) == (THEIRS, [])
    for answer in ({}, {"keep-a": ""}, {"keep-a": "both"}):  # Enter, with nothing chosen
        for version, other in ((2, THEIRS), (3, {**THEIRS, "b": 9})):
            unsettled = posted(app, again).settle(version, other, {"asked-a": "1", **answer})
            assert [(one.field, one.yours, one.theirs) for one in unsettled.conflicts] == [("a", "mine", "theirs")]
    merged = posted(app, {**again, "a": "theirs"}).settle(2, THEIRS, {"asked-a": "1"})  # typed the same as theirs
    assert (merged.values, merged.conflicts) == (THEIRS, [])
    merged = posted(app, again).settle(3, {**THEIRS, "b": 9}, {})  # someone else saved first once more
    assert (merged.values, merged.conflicts) == ({**THEIRS, "a": "mine", "b": 9}, [])


def test_a_forged_or_missing_copy_of_what_was_seen_overwrites_nothing_in_silence(app):
    for before in ("", "{", "[]", "null", '"x"', "1", "[" * 100_000):
        form = posted(app, {"a": "mine", "b": "1", "c": "x"}, version="1", before=before)
        merged = form.settle(2, THEIRS, {})
        assert {conflict.field for conflict in merged.conflicts} | {
            name for name in "abc" if merged.values[name] == THEIRS[name]
        } == set("abc"), before

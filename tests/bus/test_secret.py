"""A secret is seen by whoever says reveal, and by nobody else."""

from __future__ import annotations

import copy
import pickle
import traceback

import msgspec
import pytest
from msgspec import Struct

from bus.secret import LONGEST, Secret, decode_secret, encode_secret

TEXT = "correct-horse"


class Frame(Struct, frozen=True):
    token: Secret


def decoded(frame: bytes) -> Frame:
    return msgspec.json.decode(frame, type=Frame, dec_hook=decode_secret)


@pytest.mark.parametrize(
    "shown",
    [
        str(Secret(TEXT)),
        repr(Secret(TEXT)),
        f"{Secret(TEXT)} {Secret(TEXT)!r} {Secret(TEXT)!s} {Secret(TEXT):>20}",
        "%s %r" % (Secret(TEXT), Secret(TEXT)),  # noqa: UP031
        repr(Frame(Secret(TEXT))),
        str([Secret(TEXT)]),
        str({Secret(TEXT): Secret(TEXT)}),
    ],
)
def test_it_prints_as_stars_wherever_it_ends_up(shown: str) -> None:
    assert "***" in shown and TEXT not in shown


def test_a_traceback_with_locals_shows_stars() -> None:
    def fail(token: Secret) -> None:
        raise ValueError(token)

    with pytest.raises(ValueError, match=r"\*\*\*") as caught:
        fail(Secret(TEXT))
    shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert "token = ***" in shown and TEXT not in shown.replace(f'TEXT = "{TEXT}"', "")


def test_it_is_revealed_to_whoever_says_so() -> None:
    assert Secret(TEXT).reveal() == TEXT


def test_equal_texts_are_equal_secrets_and_no_secret_is_its_text() -> None:
    assert Secret(TEXT) == Secret(TEXT) and hash(Secret(TEXT)) == hash(Secret(TEXT))
    assert Secret(TEXT) != Secret("other") and Secret(TEXT) != TEXT
    assert hash(Secret(TEXT)) != hash(TEXT)


def test_it_does_not_travel_by_pickle_or_copy() -> None:
    for carry in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="does not travel"):
            carry(Secret(TEXT))


def test_no_encoder_takes_it_without_being_told_to() -> None:
    with pytest.raises(TypeError):
        msgspec.json.encode(Frame(Secret(TEXT)))
    assert msgspec.json.encode(Frame(Secret(TEXT)), enc_hook=encode_secret) == b'{"token":"correct-horse"}'


def test_it_comes_out_of_a_frame() -> None:
    assert decoded(b'{"token":"correct-horse"}') == Frame(Secret(TEXT))
    assert decoded(b'{"token":"%s"}' % (b"x" * LONGEST)).token.reveal() == "x" * LONGEST


@pytest.mark.parametrize("value", ['""', f'"{"x" * (LONGEST + 1)}"', "1", "null", '["x"]', '{"x":1}'])
def test_a_frame_with_anything_else_is_refused_with_the_place_and_without_the_value(value: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=r"^Expected `str`.* - at `\$\.token`$") as error:
        decoded(f'{{"token":{value}}}'.encode())
    assert "xx" not in str(error.value)


def test_the_hooks_take_no_other_type() -> None:
    with pytest.raises(NotImplementedError):
        encode_secret(object())
    with pytest.raises(NotImplementedError):
        decode_secret(complex, "1")

"""The layers of the configuration, what it says of a wrong value, and what it never says."""

from __future__ import annotations

from pathlib import Path

import pytest

from bus.secret import Secret
from devchitchat.config import FILE, OPTIONS, Config, load
from devchitchat.errors import USAGE, Stop

TOKEN = "a-token-of-20-letters"


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment whose data directory is empty."""
    return {"DEVCHITCHAT_DATA": str(tmp_path / "data")}


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def refusal(flags: dict[str, object], environ: dict[str, str]) -> str:
    with pytest.raises(Stop) as stop:
        load(flags, environ)
    assert stop.value.code == USAGE
    assert len(stop.value.message.splitlines()) == 1
    return stop.value.message


def test_without_a_word_from_anybody_the_defaults_hold(home: dict[str, str]) -> None:
    loaded = load({}, home)
    assert loaded.config == Config(data=Path(home["DEVCHITCHAT_DATA"]))
    assert {origin for name, origin in loaded.origins.items() if name != "data"} == {"default"}


def test_flags_go_over_environment_over_file_over_defaults(tmp_path: Path) -> None:
    file = written(tmp_path / "my.toml", 'http_port = 1\nhost = "0.0.0.0"\nlog_level = "debug"\n')
    environ = {"DEVCHITCHAT_HTTP_PORT": "2", "DEVCHITCHAT_HOST": "::", "DEVCHITCHAT_DATA": str(tmp_path)}
    loaded = load({"config": str(file), "http_port": "3"}, environ)
    assert (loaded.config.http_port, loaded.config.host, loaded.config.log_level) == (3, "::", "debug")
    assert loaded.origins["http_port"] == "flag --http-port"
    assert loaded.origins["host"] == "environment DEVCHITCHAT_HOST"
    assert loaded.origins["log_level"] == f"file {file}"
    assert loaded.origins["hosts"] == "default"


def test_the_file_in_the_data_directory_is_found(home: dict[str, str]) -> None:
    written(Path(home["DEVCHITCHAT_DATA"]) / FILE, "rate_limits = false")
    assert load({}, home).config.rate_limits is False


def test_the_file_in_the_data_directory_cannot_move_it(home: dict[str, str]) -> None:
    written(Path(home["DEVCHITCHAT_DATA"]) / FILE, 'data = "elsewhere"')
    assert "'data' cannot be set" in refusal({}, home)


def test_a_named_file_sets_the_data_directory_relative_to_itself(tmp_path: Path) -> None:
    file = written(tmp_path / "etc" / "chat.toml", 'data = "../data"')
    assert load({}, {"DEVCHITCHAT_CONFIG": str(file)}).config.data.resolve() == (tmp_path / "data").resolve()


def test_lists_are_parted_by_commas_outside_the_file(tmp_path: Path, home: dict[str, str]) -> None:
    file = written(tmp_path / "chat.toml", 'hosts = ["chat.lan", "chat.local"]')
    assert load({"config": str(file)}, home).config.hosts == ("chat.lan", "chat.local")
    assert load({"hosts": "chat.lan, chat.local"}, home).config.hosts == ("chat.lan", "chat.local")


def test_an_empty_variable_counts_as_unset(home: dict[str, str]) -> None:
    assert load({}, home | {"DEVCHITCHAT_HTTP_PORT": ""}).origins["http_port"] == "default"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("http_port", "eighty"),
        ("http_port", "65536"),
        ("http_port", "-1"),
        ("http_port", "8080.5"),
        ("host", "localhost"),
        ("host", "256.0.0.1"),
        ("hosts", "good.lan, bad host"),
        ("log_level", "loud"),
        ("rate_limits", "maybe"),
        ("data", ""),
        ("stun_urls", "stun.example.org"),
        ("stun_urls", "stun:a.example?transport=udp"),
        ("turn_urls", "turn:a.example, https://b.example"),
        ("turn_urls", "turn:a.example?transport=sctp"),
        ("turn_urls", "turn:user@a.example"),
        ("turn_ttl", "59"),
        ("turn_ttl", "86401"),
    ],
)
def test_a_wrong_value_is_named_with_its_place(name: str, value: str, home: dict[str, str]) -> None:
    said = refusal({name: value}, home)
    assert said.startswith(f"flag {OPTIONS[name].flag}: {value!r} will not do")


def test_a_wrong_value_in_the_file_names_the_file_and_the_key(tmp_path: Path, home: dict[str, str]) -> None:
    file = written(tmp_path / "chat.toml", "http_port = true")
    assert refusal({"config": str(file)}, home).startswith(f"file {file}, http_port: True will not do")


@pytest.mark.parametrize(
    ("text", "said"),
    [("htp_port = 1", "'htp_port' is no option"), ("http_port = ", "is not TOML"), ("[http]\nport = 1", "'http' is no option")],
)
def test_a_wrong_file_is_one_line_that_names_it(text: str, said: str, tmp_path: Path, home: dict[str, str]) -> None:
    file = written(tmp_path / "chat.toml", text)
    message = refusal({"config": str(file)}, home)
    assert str(file) in message and said in message


def test_a_file_that_was_named_must_be_there(tmp_path: Path, home: dict[str, str]) -> None:
    assert "cannot be read" in refusal({"config": str(tmp_path / "none.toml")}, home)


@pytest.mark.parametrize("wrong", ["short-token", "a token with spaces in it", "null", "tökentökentöken-16"])
def test_a_wrong_token_is_refused_without_being_shown(wrong: str, home: dict[str, str]) -> None:
    message = refusal({"bootstrap_token": wrong}, home)
    assert "--bootstrap-token" in message and wrong not in message


@pytest.mark.parametrize(
    ("name", "wrong"), [("turn_secret", "fifteen-letters"), ("turn_credential", "two words"), ("turn_secret", "ä" * 20)]
)
def test_a_wrong_secret_of_turn_is_refused_without_being_shown(name: str, wrong: str, home: dict[str, str]) -> None:
    assert wrong not in refusal({name: wrong}, home)


def test_servers_for_calls_are_taken_from_every_layer(tmp_path: Path, home: dict[str, str]) -> None:
    file = written(tmp_path / "chat.toml", 'stun_urls = ["stun:[2001:db8::1]:3478"]\nturn_secret = "a+secret/with=signs"\nturn_ttl = 600')
    config = load({"config": str(file), "turn_urls": "turn:a.example:3478?transport=tcp,turns:b.example"}, home).config
    assert (config.stun_urls, config.turn_ttl) == (("stun:[2001:db8::1]:3478",), 600)
    assert config.turn_urls == ("turn:a.example:3478?transport=tcp", "turns:b.example")
    assert config.turn_secret == Secret("a+secret/with=signs")


def test_the_lines_show_every_option_and_no_secret(home: dict[str, str]) -> None:
    loaded = load({}, home | {"DEVCHITCHAT_BOOTSTRAP_TOKEN": TOKEN})
    assert loaded.config.bootstrap_token == Secret(TOKEN)
    lines = list(loaded.lines())
    assert len(lines) == len(OPTIONS)
    assert "bootstrap_token = ***  (environment DEVCHITCHAT_BOOTSTRAP_TOKEN)" in lines
    assert "http_port = 8080  (default)" in lines
    assert TOKEN not in "".join(lines) and TOKEN not in repr(loaded)

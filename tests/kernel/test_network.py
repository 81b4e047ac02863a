"""No test leaves this machine."""

import socket

import pytest


def test_reaching_out_fails_loudly() -> None:
    with socket.socket() as one, pytest.raises(AssertionError, match="reaches out"):
        one.connect(("192.0.2.1", 80))

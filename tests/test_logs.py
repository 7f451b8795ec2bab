"""What is written to the log, and what is not."""

import inspect
import logging

from uvicorn.protocols.websockets import websockets_sansio_impl

from app.logs import ANSWERED, is_news


def test_a_refused_socket_is_no_news() -> None:
    """The server logs it as an error of ours; who will can have many refused, and the log is for those who run it."""
    assert ANSWERED in inspect.getsource(websockets_sansio_impl)
    said = [logging.makeLogRecord({"msg": text}) for text in (ANSWERED, "Exception in ASGI application\n")]
    assert [False, True] == [*map(is_news, said)]

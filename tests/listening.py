"""The end of an asyncio server that clients still connect to."""

import asyncio


async def stop_listening(server: asyncio.Server) -> None:
    """Close the server; connections that the event loop has just accepted reach their handler.

    `Server.close` alone leaves them neither handled nor closed: asyncio accepts in one tick and makes the transport in
    the next, where it fails silently for a closed server. The garbage collector reports it in any later test.
    """
    loop = asyncio.get_running_loop()
    for listening in server.sockets:
        loop.remove_reader(listening.fileno())
    await asyncio.sleep(0)
    server.close()

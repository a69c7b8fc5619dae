"""A real TCP proxy in front of a server, which can become silent: it accepts data and forwards nothing."""

import selectors
import socket
import threading


class TcpProxy:
    """Listens on a loopback port of its own and forwards data, until it is told to be silent."""

    def __init__(self, host: str, port: int) -> None:
        self.target = host, port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.passes = threading.Event()
        self.passes.set()
        self.sockets = [self.listener]

    def start(self) -> "TcpProxy":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def fall_silent(self) -> None:
        """Forward nothing from now on, on existing and new connections."""
        self.passes.clear()

    def speak(self) -> None:
        """Forward again, what waited included."""
        self.passes.set()

    def stop(self) -> None:
        self.passes.set()
        for one in self.sockets:
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        self.passes.wait()
        far = socket.create_connection(self.target)
        self.sockets += [near, far]
        with selectors.DefaultSelector() as selector:
            for one, other in ((near, far), (far, near)):
                selector.register(one, selectors.EVENT_READ, other)
            while self._passed_on(selector):
                pass
        near.close()
        far.close()

    def _passed_on(self, selector: selectors.BaseSelector) -> bool:
        for key, _ in selector.select():
            try:
                said = key.fileobj.recv(65536)
                self.passes.wait()
                key.data.sendall(said)
            except OSError:
                return False
            if not said:
                return False
        return True

//! Ports that nobody else gets.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use socket2::{Domain, Socket, Type};

/// A free port of 127.0.0.1, reserved until dropped.
///
/// The reservation is a bound socket that does not listen. A server that sets `SO_REUSEPORT` can bind the same port beside
/// it, and the system gives the port to nobody who asks for any free one: so there is no moment between choosing a port and
/// using it, nor during a server's restart, in which it could get lost. Windows has no such option: there the port is free
/// until the server takes it.
pub(super) struct Port {
    number: u16,
    #[cfg(unix)]
    _reservation: Socket,
}

impl Port {
    pub(super) fn reserve() -> io::Result<Self> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        #[cfg(unix)]
        socket.set_reuse_port(true)?;
        socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
        let address = socket.local_addr()?.as_socket();
        Ok(Self {
            number: address.expect("it was bound as such").port(),
            #[cfg(unix)]
            _reservation: socket,
        })
    }

    pub(super) fn number(&self) -> u16 {
        self.number
    }

    /// Whether servers have to set `SO_REUSEPORT` to get a reserved port.
    pub(super) const SHARED: bool = cfg!(unix);
}

#[cfg(all(test, unix))]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn a_reserved_port_goes_to_nobody_by_chance() {
        let port = Port::reserve().unwrap();
        assert!(TcpListener::bind((Ipv4Addr::LOCALHOST, port.number())).is_err());
        let others: Vec<_> = (0..200).map(|_| Port::reserve().unwrap()).collect();
        assert!(others.iter().all(|other| other.number() != port.number()));
    }

    #[test]
    fn a_server_can_take_its_reserved_port() {
        let port = Port::reserve().unwrap();
        let server = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        server.set_reuse_port(true).unwrap();
        server
            .bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, port.number())).into())
            .unwrap();
        server.listen(1).unwrap();
        std::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port.number())).unwrap();
    }
}

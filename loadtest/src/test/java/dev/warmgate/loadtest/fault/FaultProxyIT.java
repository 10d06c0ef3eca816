package dev.warmgate.loadtest.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FaultProxyIT {
  private static final int PATIENCE_MS = 10_000;

  private ServerSocket echo;
  private FaultProxy proxy;

  @BeforeEach
  void startEcho() throws IOException {
    echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual()
        .start(() -> {
          while (!echo.isClosed()) {
            try {
              Socket client = echo.accept();
              Thread.ofVirtual().start(() -> echo(client));
            } catch (IOException closed) {
              return;
            }
          }
        });
    proxy = FaultProxy.to(echo.getLocalPort());
  }

  private static void echo(Socket client) {
    try (client) {
      client.getInputStream().transferTo(client.getOutputStream());
    } catch (IOException closed) {
      return;
    }
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    echo.close();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MS);
    return socket;
  }

  private static Duration roundTrip(Socket socket) throws IOException {
    long started = System.nanoTime();
    socket.getOutputStream().write(7);
    assertThat(socket.getInputStream().read()).isEqualTo(7);
    return Duration.ofNanos(System.nanoTime() - started);
  }

  @Test
  void forwardsBothWaysUntilTheEnd() throws IOException {
    try (Socket socket = connect()) {
      byte[] sent = new byte[1_000_000];
      sent[999_999] = 7;
      Thread.ofVirtual()
          .start(() -> {
            try {
              socket.getOutputStream().write(sent);
              socket.shutdownOutput();
            } catch (IOException failed) {
              return;
            }
          });
      assertThat(socket.getInputStream().readAllBytes()).isEqualTo(sent);
    }
  }

  @Test
  void delaysEachDirectionWithoutQueueing() throws Exception {
    proxy.delay(Duration.ofMillis(100), Duration.ofMillis(50));
    try (Socket socket = connect()) {
      assertThat(roundTrip(socket)).isGreaterThanOrEqualTo(Duration.ofMillis(150));

      long started = System.nanoTime();
      for (int i = 0; i < 40; i++) {
        socket.getOutputStream().write(i);
        // Pauses so that each byte travels in its own packet.
        TimeUnit.MILLISECONDS.sleep(1);
      }
      assertThat(socket.getInputStream().readNBytes(40)).hasSize(40);
      // With one byte in flight at a time this would take 6 s.
      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(3));
    }
  }

  @Test
  void resetsOpenAndRefusesNewConnectionsUntilHealed() throws IOException {
    try (Socket socket = connect()) {
      roundTrip(socket);
      proxy.cut();
      assertThatThrownBy(
              () -> {
                if (socket.getInputStream().read() < 0) {
                  throw new SocketException("closed");
                }
              })
          .isInstanceOf(SocketException.class);
    }
    assertThatThrownBy(this::connect).isInstanceOf(SocketException.class);

    proxy.heal();
    try (Socket socket = connect()) {
      roundTrip(socket);
    }
  }

  @Test
  void swallowsEverythingUntilHealed() throws IOException {
    try (Socket before = connect()) {
      roundTrip(before);
      proxy.blackhole();
      before.getOutputStream().write(1);
      try (Socket during = connect()) {
        during.getOutputStream().write(2);
        for (Socket silent : new Socket[] {before, during}) {
          silent.setSoTimeout(100);
          assertThatThrownBy(() -> silent.getInputStream().read())
              .isInstanceOf(SocketTimeoutException.class);
          silent.setSoTimeout(PATIENCE_MS);
        }

        proxy.heal();
        assertThat(before.getInputStream().read()).isEqualTo(1);
        assertThat(during.getInputStream().read()).isEqualTo(2);
      }
    }
  }

  @Test
  void throttles() throws IOException {
    proxy.throttle(10_000);
    try (Socket socket = connect()) {
      long started = System.nanoTime();
      socket.getOutputStream().write(new byte[3000]);
      socket.getInputStream().readNBytes(3000);
      assertThat(Duration.ofNanos(System.nanoTime() - started))
          .isGreaterThan(Duration.ofMillis(250));
    }
  }
}

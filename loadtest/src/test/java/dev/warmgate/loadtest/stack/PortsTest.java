package dev.warmgate.loadtest.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PortsTest {
  private static final int MANY = 1000;

  @Test
  void claimsNoneThatTheSystemHandsOutMeanwhileAndNoneTwice() throws IOException {
    List<Integer> claimed = IntStream.range(0, MANY).mapToObj(_ -> Ports.claim()).toList();

    assertThat(claimed).doesNotHaveDuplicates();
    for (int i = 0; i < MANY; i++) {
      try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        assertThat(claimed).doesNotContain(any.getLocalPort());
      }
    }
  }

  @Test
  void claimsOnesThatCanBeUsed() throws IOException {
    try (ServerSocket server = new ServerSocket()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), Ports.claim()));
      assertThat(server.isBound()).isTrue();
    }
  }
}

package dev.warmgate.loadtest.stack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * Ports of the loopback address. Free ones come from below those that the system hands out to
 * clients and to listeners on any port, which could take one before it is used.
 */
public final class Ports {
  private static final int FIRST = 20_000;
  private static final int END = 32_768;
  private static final int CONNECT_MILLIS = 500;
  private static final Set<Integer> CLAIMED = ConcurrentHashMap.newKeySet();

  private Ports() {}

  /** Returns the wanted port if it is free, or any free port for 0. */
  public static int claim(int wanted, String option) {
    if (wanted == 0) {
      return claim();
    }
    if (answers(wanted) || !isFree(wanted)) {
      throw new StackFailure(
          "Port %d is in use by another program; choose another port with %s."
              .formatted(wanted, option));
    }
    return wanted;
  }

  /** Returns any free port, and none twice. */
  public static int claim() {
    IntStream candidates = ThreadLocalRandom.current().ints(FIRST, END);
    return candidates.filter(port -> isFree(port) && CLAIMED.add(port)).findFirst().orElseThrow();
  }

  private static boolean isFree(int port) {
    try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Some systems allow a bind to a port whose listener uses all addresses. */
  private static boolean answers(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}

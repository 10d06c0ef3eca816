package dev.warmgate.loadtest.stack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Ports of the loopback address. */
public final class Ports {
  private static final int CONNECT_MILLIS = 500;

  private Ports() {}

  /** Returns the wanted port if it is free, or any free port for 0. */
  public static int claim(int wanted, String option) {
    if (wanted != 0 && answers(wanted)) {
      throw taken(wanted, option);
    }
    try (ServerSocket socket = new ServerSocket(wanted, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw taken(wanted, option);
    }
  }

  private static StackFailure taken(int port, String option) {
    return new StackFailure(
        "Port " + port + " is in use by another program; choose another port with " + option + ".");
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

package dev.warmgate.loadtest.compare;

import java.util.ArrayDeque;
import java.util.Deque;

/** Stops registered resources in reverse order when the program ends, including on Ctrl-C. */
final class Ending {
  private final Deque<AutoCloseable> started = new ArrayDeque<>();

  Ending() {
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::closeAll));
  }

  synchronized void close(AutoCloseable resource) {
    started.push(resource);
  }

  private synchronized void closeAll() {
    while (!started.isEmpty()) {
      try {
        started.pop().close();
      } catch (Exception e) {
        System.err.println("Could not stop everything: " + e.getMessage());
      }
    }
  }
}

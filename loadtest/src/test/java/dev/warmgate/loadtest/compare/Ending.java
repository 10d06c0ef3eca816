package dev.warmgate.loadtest.compare;

import java.util.ArrayDeque;
import java.util.Deque;

/** Stops what was started, the last first, however this program ends: Ctrl-C leaves nothing. */
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
        System.err.println("Not everything was stopped: " + e.getMessage());
      }
    }
  }
}

package dev.warmgate.loadtest.stack;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;

/**
 * Stops what was started, in reverse order. Starts and the final stop exclude each other, so a
 * signal in the middle of a start leaves nothing behind.
 */
public final class Teardown implements AutoCloseable {
  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private boolean closed;

  /** Returns one that also stops everything when this process ends, as on Ctrl-C. */
  public static Teardown atExit() {
    Teardown teardown = new Teardown();
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(teardown::close));
    return teardown;
  }

  public synchronized <T extends AutoCloseable> T start(Callable<T> start) {
    if (closed) {
      throw new StackFailure("Stopped while starting.");
    }
    try {
      T resource = start.call();
      started.push(resource);
      return resource;
    } catch (StackFailure e) {
      throw e;
    } catch (Exception e) {
      throw new StackFailure("The stack did not start: " + e, e);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    StackFailure failure = null;
    while (!started.isEmpty()) {
      try {
        started.pop().close();
      } catch (Exception e) {
        if (failure == null) {
          failure = new StackFailure("The stack did not stop cleanly: " + e.getMessage(), e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}

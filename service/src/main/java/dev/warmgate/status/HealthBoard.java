package dev.warmgate.status;

import io.dropwizard.health.HealthStateListener;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers the last result of every scheduled health check, so that ping can tell it without
 * asking.
 */
public final class HealthBoard implements HealthStateListener {
  private record Seen(boolean healthy, long atNanos) {}

  private final Map<String, Seen> seen = new ConcurrentHashMap<>();

  /**
   * A dependency as it was when it was last looked at.
   *
   * @param status {@code up}, {@code down}, or {@code unknown} before the first look
   * @param ageMs how long ago that was; -1 if never
   */
  public record Reading(String status, long ageMs) {
    boolean isUp() {
      return status.equals("up");
    }
  }

  @Override
  public void onHealthyCheck(String name) {
    seen.put(name, new Seen(true, System.nanoTime()));
  }

  @Override
  public void onUnhealthyCheck(String name) {
    seen.put(name, new Seen(false, System.nanoTime()));
  }

  @Override
  public void onStateChanged(String name, boolean healthy) {
    seen.put(name, new Seen(healthy, System.nanoTime()));
  }

  /** Every check that was ever made. */
  public Map<String, Reading> readings() {
    Map<String, Reading> all = new TreeMap<>();
    seen.keySet().forEach(name -> all.put(name, read(name)));
    return all;
  }

  Reading read(String name) {
    Seen last = seen.get(name);
    return last == null
        ? new Reading("unknown", -1)
        : new Reading(
            last.healthy() ? "up" : "down",
            Duration.ofNanos(System.nanoTime() - last.atNanos()).toMillis());
  }
}

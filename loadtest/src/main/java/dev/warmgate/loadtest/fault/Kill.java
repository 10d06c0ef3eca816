package dev.warmgate.loadtest.fault;

import dev.warmgate.loadtest.stack.LocalPostgres;
import dev.warmgate.loadtest.stack.LocalRedis;
import dev.warmgate.loadtest.stack.Processes;
import dev.warmgate.loadtest.stack.ServiceProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Kills with SIGKILL, as a crash would; returns when no process of the victim runs any more. */
public final class Kill {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Kill() {}

  public static void service(ServiceProcess service) {
    process(service.handle());
  }

  public static void redis(LocalRedis redis) {
    process(redis.handle());
  }

  public static void postgres(LocalPostgres postgres) throws IOException {
    ProcessHandle postmaster = postgres.postmaster();
    List<ProcessHandle> children = postmaster.descendants().toList();
    process(postmaster);
    // PostgreSQL refuses to start while one of these still runs; they end by themselves when they
    // notice.
    children.forEach(Kill::awaitEnd);
    postgres.close();
  }

  private static void process(ProcessHandle process) {
    process.destroyForcibly();
    awaitEnd(process);
  }

  private static void awaitEnd(ProcessHandle process) {
    if (!Processes.ended(process, PATIENCE)) {
      throw new IllegalStateException("a killed process did not end: " + process.pid());
    }
  }
}

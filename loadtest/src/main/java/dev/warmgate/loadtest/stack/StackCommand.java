package dev.warmgate.loadtest.stack;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The program behind the scripts: {@code run PROJECT DIRECTORY PORT ADMIN_PORT [fresh]} runs a
 * stack until a signal arrives or the service ends, {@code stop DIRECTORY} stops it. On failure it
 * prints the reason and exits with 1.
 */
public final class StackCommand {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

  /** Set by a signal: from then on the end of a process is expected. */
  private static volatile boolean stopping;

  private StackCommand() {}

  public static void main(String[] arguments) throws InterruptedException {
    int status;
    try {
      status =
          switch (arguments[0]) {
            case "run" -> run(arguments);
            case "stop" -> stop(Path.of(arguments[1]));
            default -> throw new IllegalArgumentException(arguments[0]);
          };
    } catch (StackFailure e) {
      complain(e.getMessage());
      status = 1;
    }
    System.exit(status);
  }

  private static int run(String[] arguments) throws InterruptedException {
    StackOptions options =
        new StackOptions(
            Path.of(arguments[1]),
            Path.of(arguments[2]),
            Integer.parseInt(arguments[3]),
            Integer.parseInt(arguments[4]),
            arguments.length > 5 && arguments[5].equals("fresh"),
            Map.of());
    Stack stack = new Stack(options, System.out::println).withMail(System.out::println);
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> stopOnSignal(stack)));
    stack.start();
    StackAddress address = stack.address();
    System.out.printf("Warmgate is ready: %s (admin %s)%n", address.baseUrl(), address.adminUrl());
    System.out.println("Accounts in a browser: " + address.siteUrl() + "/account");
    if (options.withAgent()) {
      System.out.println("Filter order in the traces: " + stack.spans().filterOrderUrl());
    }
    stack.telemetry().ifPresent(StackCommand::introduce);
    stack.tracesUrl().ifPresent(url -> System.out.println("Traces in a browser: " + url));
    System.out.print(example(address));
    int code = stack.service().exitCode();
    complain(
        "The service ended unexpectedly with status %d; stopping everything.%n%s"
            .formatted(code, stack.service().tailOfLog()));
    return 1;
  }

  private static void introduce(LocalTelemetry telemetry) {
    System.out.println("Metrics in Prometheus: " + telemetry.prometheusUrl());
    System.out.println("The traces that the collector kept, in Jaeger: " + telemetry.keptUrl());
  }

  private static int stop(Path directory) {
    Optional<ProcessHandle> owner = StackDirectory.owner(directory);
    if (owner.isEmpty()) {
      System.out.println("Nothing is running.");
      return 0;
    }
    owner.get().destroy();
    if (!Processes.ended(owner.get(), STOP_LIMIT)) {
      throw new StackFailure(
          "Process %d did not stop in %d s.".formatted(owner.get().pid(), STOP_LIMIT.toSeconds()));
    }
    System.out.println("Stopped.");
    return 0;
  }

  private static void stopOnSignal(Stack stack) {
    stopping = true;
    try {
      stack.close();
    } catch (StackFailure e) {
      System.err.println(e.getMessage());
    }
  }

  private static void complain(String message) {
    if (!stopping) {
      System.err.println(message);
    }
  }

  /** Uses a new email address each time, because accounts are kept between runs. */
  private static String example(StackAddress address) {
    String email = "ada-%06x@example.com".formatted(ThreadLocalRandom.current().nextInt(1 << 24));
    return """
    Try it:
      curl -sS %s/api/v1/auth/register -H 'Content-Type: application/json' \
    -d '{"email":"%s","password":"seven quiet lanterns"}'
    """
        .formatted(address.baseUrl(), email);
  }
}

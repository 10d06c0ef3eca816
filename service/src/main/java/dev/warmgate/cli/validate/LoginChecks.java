package dev.warmgate.cli.validate;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Measures logins and requests with a known token, with an account that is deleted afterwards. */
final class LoginChecks {
  private static final String ACCOUNTS = "/api/v1/auth/";
  private static final double LOGIN_LIMIT = 1500;
  private static final double WARM_LIMIT = 50;
  private static final int LOGINS = 20;
  private static final int WARM_TIMES = 200;

  /** Keeps two runs in a row far below the service's limit of 60 logins a minute per address. */
  private static final long PAUSE_MILLIS = 250;

  private final Deployment service;
  private final double roundTrip;
  private final String serviceKey;
  private final Map<String, String> credentials;
  private String token = "";

  /**
   * @param serviceKey empty if there is none
   */
  LoginChecks(Deployment service, double roundTrip, String serviceKey) {
    this.service = service;
    this.roundTrip = roundTrip;
    this.serviceKey = serviceKey;
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    String name = HexFormat.of().formatHex(random);
    this.credentials =
        Map.of(
            "email",
            "validate-" + name.substring(0, 16) + "@load-test.invalid",
            "password",
            name.substring(16));
  }

  /** The access token; empty until the account is registered. */
  String token() {
    return token;
  }

  Finding register() {
    String check = "register";
    Reply reply = service.post(ACCOUNTS + "register", credentials);
    if (isNotForEverybody(reply)) {
      if (!serviceKey.isEmpty()) {
        reply = service.postAsLoadTest(ACCOUNTS + "register", serviceKey, credentials);
      }
      if (reply.status() != 201) {
        return Finding.skip(
            check,
            "registration is closed or needs a confirmation by mail: give a service key of scope"
                + " load-test (WARMGATE_SERVICE_KEY or --service-key-file).");
      }
    }
    if (reply.status() == 429) {
      return Finding.skip(
          check, "too many registrations from this address: run it again in a minute.");
    }
    if (reply.status() != 201 || reply.text("access_token").isEmpty()) {
      return Finding.fail(check, reply.description(), "201", whatToDo(reply));
    }
    token = reply.text("access_token");
    return Finding.pass(check, "a throw-away account", "201");
  }

  /** Whether a mail has to be read first, or registration is closed. */
  private static boolean isNotForEverybody(Reply reply) {
    return reply.status() == 202
        || (reply.status() == 403 && reply.text("code").equals("registration_closed"));
  }

  /**
   * Reports the first login separately: right after a start it shows what the warm-up left cold.
   */
  Finding logins() {
    String check = "login";
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < LOGINS; i++) {
      Reply reply = service.post(ACCOUNTS + "login", credentials);
      if (reply.status() == 429) {
        return Finding.skip(
            check, "rate limited after %d logins: run it again in a minute.".formatted(i));
      }
      if (reply.status() != 200 || reply.text("access_token").isEmpty()) {
        String figure = "%s at login %d of %d".formatted(reply.description(), i + 1, LOGINS);
        return Finding.fail(check, figure, "no failure", whatToDo(reply));
      }
      token = reply.text("access_token");
      millis.add(reply.millis());
      pause();
    }
    Samples samples = new Samples(millis.stream().mapToDouble(Double::doubleValue).toArray());
    String figure =
        "%s, median %.1f, first %.1f"
            .formatted(
                RoundTrips.figure(samples, 1, roundTrip), samples.median(), millis.getFirst());
    return Finding.below(
        LOGIN_LIMIT,
        RoundTrips.subtract(samples.p95(), 1, roundTrip),
        check,
        figure,
        "Give the service more CPU (a password hash takes all of one core), or lower"
            + " HASHING_MEMORY_KIB; middleware-status and database performance show whether it is"
            + " something else.");
  }

  Finding warmToken() {
    String check = "warm token (GET me)";
    double[] millis = new double[WARM_TIMES];
    double first = me();
    for (int i = 0; i < WARM_TIMES; i++) {
      millis[i] = me();
    }
    Samples samples = new Samples(millis);
    String figure = "%s, first %.1f".formatted(RoundTrips.figure(samples, 1, roundTrip), first);
    return Finding.below(
        WARM_LIMIT,
        RoundTrips.subtract(samples.p95(), 1, roundTrip),
        check,
        figure,
        "Known tokens are not answered from memory: check TOKEN_CACHE and the connection to Redis.");
  }

  private double me() {
    Reply reply = service.get(ACCOUNTS + "me", token);
    if (!reply.isOk()) {
      throw new ProbeFailure("me " + reply.description());
    }
    return reply.millis();
  }

  /** Sends a request that no filter may skip. */
  void takeFullLane() {
    service.get(ACCOUNTS + "sessions", token);
  }

  Finding delete() {
    String check = "account deleted";
    Map<String, String> password = Map.of("password", credentials.get("password"));
    Reply reply = service.delete(ACCOUNTS + "me", token, password);
    if (reply.isOk()) {
      token = "";
      return Finding.pass(check, "and its sessions with it", "204");
    }
    String left = reply.description() + ": " + credentials.get("email") + " is left behind";
    return Finding.fail(check, left, "204", "Delete the account by hand.");
  }

  private static String whatToDo(Reply reply) {
    return reply.status() == 503
        ? "A dependency is down or no hash is free: see ping, and the log of the service."
        : "Read the log of the service.";
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ProbeFailure("interrupted");
    }
  }
}

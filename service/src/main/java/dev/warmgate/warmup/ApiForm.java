package dev.warmgate.warmup;

import java.util.List;

/**
 * Where a form of the API has what the warm-up asks for.
 *
 * @param others what users ask for less often, by GET
 * @param logout ends the session of the token alone, since the clients share an account
 */
public record ApiForm(String login, String me, String refresh, List<String> others, String logout) {
  private static final String AUTH = "/api/v1/auth/";
  private static final String SUPABASE = "/auth/v1/";

  static final String REGISTER = AUTH + "register";

  /** The service's own, with its pages. */
  public static final ApiForm OWN =
      new ApiForm(
          AUTH + "login",
          AUTH + "me",
          AUTH + "refresh",
          List.of(AUTH + "ping", AUTH + "middleware-status", AUTH + "jwks.json"),
          AUTH + "logout");

  /** Supabase's. */
  public static final ApiForm OF_SUPABASE =
      new ApiForm(
          SUPABASE + "token?grant_type=password",
          SUPABASE + "user",
          SUPABASE + "token?grant_type=refresh_token",
          List.of(SUPABASE + "settings", SUPABASE + ".well-known/jwks.json"),
          SUPABASE + "logout?scope=local");
}

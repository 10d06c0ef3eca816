package dev.warmgate.testkit;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;

/**
 * An authenticator that Chromium simulates for one page: it keeps passkeys, and its owner is always
 * there and always recognized, unless a test says otherwise.
 */
public final class VirtualAuthenticator {
  private final CDPSession devtools;
  private final String id;

  private VirtualAuthenticator(CDPSession devtools, String id) {
    this.devtools = devtools;
    this.id = id;
  }

  public static VirtualAuthenticator of(Page page) {
    CDPSession devtools = page.context().newCDPSession(page);
    devtools.send("WebAuthn.enable");
    JsonObject options = new JsonObject();
    options.addProperty("protocol", "ctap2");
    options.addProperty("transport", "internal");
    options.addProperty("hasResidentKey", true);
    options.addProperty("hasUserVerification", true);
    options.addProperty("isUserVerified", true);
    options.addProperty("automaticPresenceSimulation", true);
    JsonObject arguments = new JsonObject();
    arguments.add("options", options);
    JsonObject added = devtools.send("WebAuthn.addVirtualAuthenticator", arguments);
    return new VirtualAuthenticator(devtools, added.get("authenticatorId").getAsString());
  }

  /** Returns how many passkeys it keeps. */
  public int passkeys() {
    return credentials().size();
  }

  /** From now on it does not recognize its owner, or does again. */
  public void recognizes(boolean owner) {
    JsonObject arguments = arguments();
    arguments.addProperty("isUserVerified", owner);
    devtools.send("WebAuthn.setUserVerified", arguments);
  }

  /** Sets the counters of its passkeys to one, as copies have them that were made at first. */
  public void restoreFirstCopies() {
    for (var credential : credentials()) {
      JsonObject copy = credential.getAsJsonObject();
      JsonObject removed = arguments();
      removed.add("credentialId", copy.get("credentialId"));
      devtools.send("WebAuthn.removeCredential", removed);
      copy.addProperty("signCount", 1);
      JsonObject added = arguments();
      added.add("credential", copy);
      devtools.send("WebAuthn.addCredential", added);
    }
  }

  private JsonArray credentials() {
    return devtools.send("WebAuthn.getCredentials", arguments()).getAsJsonArray("credentials");
  }

  private JsonObject arguments() {
    JsonObject arguments = new JsonObject();
    arguments.addProperty("authenticatorId", id);
    return arguments;
  }
}

package dev.warmgate.transfer.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmgate.password.foreign.HashNotation;
import dev.warmgate.password.foreign.UnsupportedHash;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the {@code users} of the exports of one or more Keycloak realms. */
public record KeycloakReader(List<SourceFile> files) implements AccountReader {
  @Override
  public void read(AccountSink sink) throws IOException, MalformedSource {
    for (SourceFile file : files) {
      JsonRecords.readAccounts(file, "users", sink, KeycloakReader::map);
    }
  }

  private static @Nullable Skipped map(ObjectNode user, SourceAccount account) {
    if (JsonRecords.text(user, "serviceAccountClientId") != null) {
      return Skipped.SERVICE_ACCOUNTS;
    }
    account.source = "keycloak";
    account.id = JsonRecords.text(user, "id");
    account.email = JsonRecords.text(user, "email");
    account.confirmed = JsonRecords.isTrue(user, "emailVerified");
    account.disabled = user.has("enabled") && !JsonRecords.isTrue(user, "enabled");
    account.createdAt = JsonRecords.time(user, "createdTimestamp");
    account.locale = user.path("attributes").path("locale").path(0).asText(null);
    user.path("credentials")
        .forEach(credential -> {
          readPassword(credential, account);
          SourceTotp.ofKeycloak(credential, account);
        });
    JsonRecords.copy(user, "username", account.userMetadata, "username");
    JsonRecords.copy(user, "firstName", account.userMetadata, "first_name");
    JsonRecords.copy(user, "lastName", account.userMetadata, "last_name");
    JsonRecords.copy(user, "attributes", account.userMetadata, "attributes");
    JsonRecords.copy(user, "realmRoles", account.appMetadata, "roles");
    JsonRecords.copy(user, "clientRoles", account.appMetadata, "client_roles");
    JsonRecords.copy(user, "groups", account.appMetadata, "groups");
    user.path("federatedIdentities").forEach(identity -> addIdentity(identity, account));
    return null;
  }

  private static void addIdentity(JsonNode identity, SourceAccount account) {
    String provider = JsonRecords.text(identity, "identityProvider");
    String subject = JsonRecords.text(identity, "userId");
    if (provider != null && subject != null) {
      ObjectNode data = JsonRecords.JSON.createObjectNode();
      JsonRecords.copy(identity, "userName", data, "username");
      account.identities.add(new SourceAccount.Identity(provider, subject, data, null, null));
    }
  }

  private static void readPassword(JsonNode credential, SourceAccount account) {
    if (!"password".equals(JsonRecords.text(credential, "type"))) {
      return;
    }
    JsonNode secret = JsonRecords.metadata(credential, "secretData");
    JsonNode parameters = JsonRecords.metadata(credential, "credentialData");
    try {
      account.passwordHash = hash(secret, parameters);
    } catch (UnsupportedHash refused) {
      account.passwordProblem = refused.getMessage();
    }
  }

  private static String hash(JsonNode secret, JsonNode parameters) throws UnsupportedHash {
    byte[] salt = bytes(secret, "salt");
    byte[] result = bytes(secret, "value");
    int iterations = parameters.path("hashIterations").asInt();
    String algorithm = String.valueOf(JsonRecords.text(parameters, "algorithm"));
    return switch (algorithm) {
      case "pbkdf2" -> HashNotation.pbkdf2("sha1", iterations, salt, result);
      case "pbkdf2-sha256", "pbkdf2-sha512" ->
          HashNotation.pbkdf2(algorithm.substring("pbkdf2-".length()), iterations, salt, result);
      case "argon2" -> argon2(parameters.path("additionalParameters"), iterations, salt, result);
      default -> throw UnsupportedHash.ofNoKnownKind();
    };
  }

  private static String argon2(JsonNode more, int iterations, byte[] salt, byte[] result)
      throws UnsupportedHash {
    if (!"1.3".equals(more.path("version").path(0).asText("1.3"))) {
      throw UnsupportedHash.ofNoKnownKind();
    }
    return HashNotation.argon2(
        more.path("type").path(0).asText(),
        more.path("memory").path(0).asInt(),
        iterations,
        more.path("parallelism").path(0).asInt(),
        salt,
        result);
  }

  private static byte[] bytes(JsonNode secret, String field) {
    try {
      return Base64.getDecoder().decode(secret.path(field).asText());
    } catch (IllegalArgumentException malformed) {
      throw new UnreadableRecord("has a password that cannot be read", malformed);
    }
  }
}

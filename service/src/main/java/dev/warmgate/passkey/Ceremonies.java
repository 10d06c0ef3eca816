package dev.warmgate.passkey;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.yubico.webauthn.AssertionRequest;
import com.yubico.webauthn.AssertionResult;
import com.yubico.webauthn.CredentialRepository;
import com.yubico.webauthn.FinishAssertionOptions;
import com.yubico.webauthn.FinishRegistrationOptions;
import com.yubico.webauthn.RegistrationResult;
import com.yubico.webauthn.RelyingParty;
import com.yubico.webauthn.data.AuthenticatorAssertionResponse;
import com.yubico.webauthn.data.AuthenticatorAttestationResponse;
import com.yubico.webauthn.data.AuthenticatorResponse;
import com.yubico.webauthn.data.AuthenticatorTransport;
import com.yubico.webauthn.data.ClientAssertionExtensionOutputs;
import com.yubico.webauthn.data.ClientRegistrationExtensionOutputs;
import com.yubico.webauthn.data.PublicKeyCredential;
import com.yubico.webauthn.data.RelyingPartyIdentity;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of browsers, and the check of what they answer; reads and stores nothing itself.
 * Every passkey must verify its user (by a PIN, a finger or a face), so that it proves two factors,
 * and must be found without a name. No attestation is asked for: it would tell which model people
 * own, and refuse those of unknown makers.
 */
final class Ceremonies {
  /** An answer to one of our challenges; who has given it is still to be checked. */
  record Answer(
      PublicKeyCredential<AuthenticatorAssertionResponse, ClientAssertionExtensionOutputs> given,
      byte[] challenge) {
    byte[] credentialId() {
      return given.getId().getBytes();
    }
  }

  /** What a passkey has said of itself; whether its counter goes on is still to be checked. */
  record Used(long signCount, boolean backedUp) {}

  /** Flags of the authenticator's data, which the library may still rename. */
  private static final int MAY_BE_COPIED = 0x08;

  private static final int IS_COPIED = 0x10;

  /** More than browsers know, which may learn others. */
  private static final int MOST_TRANSPORTS = 8;

  private static final Pattern TRANSPORT = Pattern.compile("[a-z-]{1,20}");

  private final PasskeySite site;
  private final CeremonyOptions options;
  private final Challenges challenges;

  /**
   * @param name what browsers call the service
   */
  Ceremonies(PasskeySite site, String name, Challenges challenges) {
    this.site = site;
    this.options =
        new CeremonyOptions(RelyingPartyIdentity.builder().id(site.id()).name(name).build());
    this.challenges = challenges;
  }

  /**
   * Returns the options for {@code navigator.credentials.create}, in JSON.
   *
   * @param known those that the account has already, which are not made twice
   */
  ObjectNode askToCreate(
      UUID sessionId, UUID accountId, String email, List<PasskeyDao.Listed> known) {
    byte[] challenge = challenges.create(Challenges.Purpose.REGISTRATION, sessionId);
    return CeremonyOptions.json(
        options.creation(accountId, email, challenge, known)::toCredentialsCreateJson);
  }

  /**
   * Reads the answer of {@code navigator.credentials.create}.
   *
   * @throws RefusedPasskey if it is not the answer to what this session was asked here
   */
  NewPasskey created(UUID sessionId, UUID accountId, String answer) throws RefusedPasskey {
    PublicKeyCredential<AuthenticatorAttestationResponse, ClientRegistrationExtensionOutputs> made =
        refusing("malformed", () -> PublicKeyCredential.parseRegistrationResponseJson(answer));
    byte[] challenge = check(made.getResponse(), Challenges.Purpose.REGISTRATION, sessionId);
    RegistrationResult result =
        refusing(
            "invalid",
            () ->
                party(KnownPasskey.NONE)
                    .finishRegistration(
                        FinishRegistrationOptions.builder()
                            .request(options.creation(accountId, "", challenge, List.of()))
                            .response(made)
                            .build()));
    return new NewPasskey(
        result.getKeyId().getId().getBytes(),
        result.getPublicKeyCose().getBytes(),
        result.getSignatureCount(),
        result.getKeyId().getTransports().stream()
            .flatMap(Set::stream)
            .map(AuthenticatorTransport::getId)
            .filter(name -> TRANSPORT.matcher(name).matches())
            .limit(MOST_TRANSPORTS)
            .collect(Collectors.joining(" ")),
        has(made.getResponse(), MAY_BE_COPIED),
        has(made.getResponse(), IS_COPIED),
        uuid(result.getAaguid().getBytes()),
        challenge);
  }

  private static UUID uuid(byte[] bytes) {
    ByteBuffer parts = ByteBuffer.wrap(bytes);
    return new UUID(parts.getLong(), parts.getLong());
  }

  /** Returns the options for {@code navigator.credentials.get}, with any passkey of this site. */
  ObjectNode askToSignIn() {
    byte[] challenge = challenges.create(Challenges.Purpose.SIGN_IN, null);
    return CeremonyOptions.json(options.request(challenge, List.of())::toCredentialsGetJson);
  }

  /**
   * Returns the options for {@code navigator.credentials.get}, with a passkey of the account.
   *
   * @param asker the login or the session that asks
   */
  ObjectNode askToVerify(UUID asker, List<PasskeyDao.Listed> known) {
    byte[] challenge = challenges.create(Challenges.Purpose.VERIFICATION, asker);
    return CeremonyOptions.json(options.request(challenge, known)::toCredentialsGetJson);
  }

  /**
   * Reads the answer of {@code navigator.credentials.get}, without a look at its signature.
   *
   * @param asker the login or the session that has asked; {@code null} for a sign-in
   * @throws RefusedPasskey if it is not an answer to what was asked here
   */
  Answer read(@Nullable UUID asker, String answer) throws RefusedPasskey {
    PublicKeyCredential<AuthenticatorAssertionResponse, ClientAssertionExtensionOutputs> given =
        refusing("malformed", () -> PublicKeyCredential.parseAssertionResponseJson(answer));
    Challenges.Purpose purpose =
        asker == null ? Challenges.Purpose.SIGN_IN : Challenges.Purpose.VERIFICATION;
    return new Answer(given, check(given.getResponse(), purpose, asker));
  }

  /**
   * Checks that the passkey has given the answer.
   *
   * @param accountId whose passkey it must be; {@code null} for a sign-in
   * @throws RefusedPasskey if it has not, or did not verify its user
   */
  Used used(@Nullable UUID accountId, Answer answer, KnownPasskey passkey) throws RefusedPasskey {
    AssertionRequest.AssertionRequestBuilder request =
        AssertionRequest.builder()
            .publicKeyCredentialRequestOptions(options.request(answer.challenge(), List.of()));
    AuthenticatorAssertionResponse response = answer.given().getResponse();
    AssertionResult result =
        refusing(
            "invalid",
            () ->
                party(passkey)
                    .finishAssertion(
                        FinishAssertionOptions.builder()
                            .request(
                                accountId == null
                                    ? request.build()
                                    : request.username(accountId.toString()).build())
                            .response(answer.given())
                            .build()));
    if (!result.isSuccess() || has(response, MAY_BE_COPIED) != passkey.backupEligible()) {
      throw new RefusedPasskey("invalid");
    }
    return new Used(result.getSignatureCount(), has(response, IS_COPIED));
  }

  /** Cheap checks before anything is read for it; returns the challenge. */
  private byte[] check(
      AuthenticatorResponse answer, Challenges.Purpose purpose, @Nullable UUID asker)
      throws RefusedPasskey {
    byte[] challenge = answer.getClientData().getChallenge().getBytes();
    if (!challenges.isValid(challenge, purpose, asker)) {
      throw new RefusedPasskey("challenge");
    }
    // The library checks it too; operators look for this reason when an origin is missing.
    String origin = answer.getClientData().getOrigin();
    if (origin == null || !site.origins().contains(origin)) {
      throw new RefusedPasskey("origin");
    }
    return challenge;
  }

  private static boolean has(AuthenticatorResponse answer, int flag) {
    return (answer.getParsedAuthenticatorData().getFlags().value & flag) != 0;
  }

  /** The counter is checked where it is stored, since several replicas may read the same one. */
  private RelyingParty party(CredentialRepository known) {
    return RelyingParty.builder()
        .identity(options.party())
        .credentialRepository(known)
        .origins(site.origins())
        .validateSignatureCounter(false)
        .build();
  }

  private interface Step<T> {
    T run() throws Exception;
  }

  /**
   * The library fails in many ways at what no honest authenticator sends, for example at a key
   * without its type. None is a fault of the service: nothing here reads or writes anything.
   */
  private static <T> T refusing(String reason, Step<T> step) throws RefusedPasskey {
    T result;
    try {
      result = step.run();
    } catch (Exception failed) {
      throw new RefusedPasskey(reason, failed);
    }
    if (result == null) {
      throw new RefusedPasskey(reason);
    }
    return result;
  }
}

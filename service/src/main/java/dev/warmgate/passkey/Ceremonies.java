package dev.warmgate.passkey;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.yubico.webauthn.AssertionRequest;
import com.yubico.webauthn.AssertionResult;
import com.yubico.webauthn.CredentialRepository;
import com.yubico.webauthn.FinishAssertionOptions;
import com.yubico.webauthn.FinishRegistrationOptions;
import com.yubico.webauthn.RegistrationResult;
import com.yubico.webauthn.RelyingParty;
import com.yubico.webauthn.data.AttestationConveyancePreference;
import com.yubico.webauthn.data.AuthenticatorAssertionResponse;
import com.yubico.webauthn.data.AuthenticatorAttestationResponse;
import com.yubico.webauthn.data.AuthenticatorResponse;
import com.yubico.webauthn.data.AuthenticatorSelectionCriteria;
import com.yubico.webauthn.data.AuthenticatorTransport;
import com.yubico.webauthn.data.ByteArray;
import com.yubico.webauthn.data.ClientAssertionExtensionOutputs;
import com.yubico.webauthn.data.ClientRegistrationExtensionOutputs;
import com.yubico.webauthn.data.PublicKeyCredential;
import com.yubico.webauthn.data.PublicKeyCredentialCreationOptions;
import com.yubico.webauthn.data.PublicKeyCredentialDescriptor;
import com.yubico.webauthn.data.PublicKeyCredentialParameters;
import com.yubico.webauthn.data.PublicKeyCredentialRequestOptions;
import com.yubico.webauthn.data.RelyingPartyIdentity;
import com.yubico.webauthn.data.ResidentKeyRequirement;
import com.yubico.webauthn.data.UserIdentity;
import com.yubico.webauthn.data.UserVerificationRequirement;
import com.yubico.webauthn.exception.AssertionFailedException;
import com.yubico.webauthn.exception.RegistrationFailedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of browsers, and the check of what they answer; reads and stores nothing itself.
 * Every passkey must verify its user (by a PIN, a finger or a face), so that it proves two factors,
 * and must be found without a name. No attestation is asked for: it would tell which model people
 * own, and refuse those of unknown makers.
 */
final class Ceremonies {
  /** A passkey that was used; its counter and its challenge are still to be checked. */
  record Used(KnownPasskey passkey, long signCount, boolean backedUp, byte[] challenge) {}

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<PublicKeyCredentialParameters> ALGORITHMS =
      List.of(
          PublicKeyCredentialParameters.ES256,
          PublicKeyCredentialParameters.EdDSA,
          PublicKeyCredentialParameters.RS256);

  /** Flags of the authenticator's data, which the library may still rename. */
  private static final int MAY_BE_COPIED = 0x08;

  private static final int IS_COPIED = 0x10;

  /** More than browsers know, which may learn others. */
  private static final int MOST_TRANSPORTS = 8;

  private static final Pattern TRANSPORT = Pattern.compile("[a-z-]{1,20}");

  private final PasskeySite site;
  private final RelyingPartyIdentity identity;
  private final Challenges challenges;

  /**
   * @param name what browsers call the service
   */
  Ceremonies(PasskeySite site, String name, Challenges challenges) {
    this.site = site;
    this.identity = RelyingPartyIdentity.builder().id(site.id()).name(name).build();
    this.challenges = challenges;
  }

  /**
   * Returns the options for {@code navigator.credentials.create}, in JSON.
   *
   * @param known those that the account has already, which are not made twice
   */
  ObjectNode askToCreate(UUID accountId, String email, List<PasskeyDao.Listed> known) {
    byte[] challenge = challenges.create(Challenges.Purpose.REGISTRATION, accountId);
    return publicKey(() -> creation(accountId, email, challenge, known).toCredentialsCreateJson());
  }

  private PublicKeyCredentialCreationOptions creation(
      UUID accountId, String email, byte[] challenge, List<PasskeyDao.Listed> known) {
    return PublicKeyCredentialCreationOptions.builder()
        .rp(identity)
        .user(
            UserIdentity.builder()
                .name(email)
                .displayName(email)
                .id(KnownPasskey.handle(accountId))
                .build())
        .challenge(new ByteArray(challenge))
        .pubKeyCredParams(ALGORITHMS)
        .excludeCredentials(Set.copyOf(descriptors(known)))
        .authenticatorSelection(
            AuthenticatorSelectionCriteria.builder()
                .residentKey(ResidentKeyRequirement.REQUIRED)
                .userVerification(UserVerificationRequirement.REQUIRED)
                .build())
        .attestation(AttestationConveyancePreference.NONE)
        .timeout(Challenges.LIFETIME.toMillis())
        .build();
  }

  private static List<PublicKeyCredentialDescriptor> descriptors(List<PasskeyDao.Listed> known) {
    return known.stream()
        .map(passkey ->
            PublicKeyCredentialDescriptor.builder()
                .id(new ByteArray(passkey.credentialId()))
                .transports(
                    Stream.of(passkey.transports().split(" "))
                        .filter(name -> !name.isEmpty())
                        .map(AuthenticatorTransport::of)
                        .collect(Collectors.toSet()))
                .build())
        .toList();
  }

  /**
   * Reads the answer of {@code navigator.credentials.create}.
   *
   * @throws RefusedPasskey if it is not the answer to what this account was asked here
   */
  NewPasskey created(UUID accountId, String answer) throws RefusedPasskey {
    PublicKeyCredential<AuthenticatorAttestationResponse, ClientRegistrationExtensionOutputs> made =
        read(() -> PublicKeyCredential.parseRegistrationResponseJson(answer));
    byte[] challenge = check(made.getResponse(), Challenges.Purpose.REGISTRATION, accountId);
    try {
      RegistrationResult result =
          party(KnownPasskey.NONE)
              .finishRegistration(
                  FinishRegistrationOptions.builder()
                      .request(creation(accountId, "", challenge, List.of()))
                      .response(made)
                      .build());
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
    } catch (RegistrationFailedException | IllegalArgumentException refused) {
      throw new RefusedPasskey("invalid", refused);
    }
  }

  private static UUID uuid(byte[] bytes) {
    ByteBuffer parts = ByteBuffer.wrap(bytes);
    return new UUID(parts.getLong(), parts.getLong());
  }

  /** Returns the options for {@code navigator.credentials.get}, with any passkey of this site. */
  ObjectNode askToSignIn() {
    return publicKey(
        () ->
            request(challenges.create(Challenges.Purpose.SIGN_IN, null), List.of())
                .toCredentialsGetJson());
  }

  /** Returns the options for {@code navigator.credentials.get}, with a passkey of the account. */
  ObjectNode askToVerify(UUID accountId, List<PasskeyDao.Listed> known) {
    return publicKey(
        () ->
            request(challenges.create(Challenges.Purpose.VERIFICATION, accountId), known)
                .toCredentialsGetJson());
  }

  private PublicKeyCredentialRequestOptions request(byte[] challenge, List<PasskeyDao.Listed> allowed) {
    PublicKeyCredentialRequestOptions.PublicKeyCredentialRequestOptionsBuilder options =
        PublicKeyCredentialRequestOptions.builder()
            .challenge(new ByteArray(challenge))
            .rpId(site.id())
            .userVerification(UserVerificationRequirement.REQUIRED)
            .timeout(Challenges.LIFETIME.toMillis());
    return allowed.isEmpty()
        ? options.build()
        : options.allowCredentials(descriptors(allowed)).build();
  }

  /**
   * Reads the answer of {@code navigator.credentials.get}.
   *
   * @param accountId whose passkey it must be; {@code null} for a sign-in
   * @param find reads a passkey by its id
   * @throws RefusedPasskey if it is not the answer of such a passkey to what was asked here
   */
  Used used(
      @Nullable UUID accountId, String answer, Function<byte[], Optional<KnownPasskey>> find)
      throws RefusedPasskey {
    PublicKeyCredential<AuthenticatorAssertionResponse, ClientAssertionExtensionOutputs> given =
        read(() -> PublicKeyCredential.parseAssertionResponseJson(answer));
    byte[] challenge =
        check(
            given.getResponse(),
            accountId == null ? Challenges.Purpose.SIGN_IN : Challenges.Purpose.VERIFICATION,
            accountId);
    KnownPasskey passkey =
        find.apply(given.getId().getBytes())
            .filter(known -> accountId == null || accountId.equals(known.accountId()))
            .orElseThrow(() -> new RefusedPasskey("unknown"));
    AssertionRequest.AssertionRequestBuilder request =
        AssertionRequest.builder()
            .publicKeyCredentialRequestOptions(request(challenge, List.of()));
    try {
      AssertionResult result =
          party(passkey)
              .finishAssertion(
                  FinishAssertionOptions.builder()
                      .request(
                          accountId == null
                              ? request.build()
                              : request.username(accountId.toString()).build())
                      .response(given)
                      .build());
      if (!result.isSuccess()
          || has(given.getResponse(), MAY_BE_COPIED) != passkey.backupEligible()) {
        throw new RefusedPasskey("invalid");
      }
      boolean backedUp = has(given.getResponse(), IS_COPIED);
      return new Used(passkey, result.getSignatureCount(), backedUp, challenge);
    } catch (AssertionFailedException | IllegalArgumentException refused) {
      throw new RefusedPasskey("invalid", refused);
    }
  }

  /** Cheap checks before anything is read for it; returns the challenge. */
  private byte[] check(
      AuthenticatorResponse answer, Challenges.Purpose purpose, @Nullable UUID accountId)
      throws RefusedPasskey {
    byte[] challenge = answer.getClientData().getChallenge().getBytes();
    if (!challenges.isValid(challenge, purpose, accountId)) {
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
        .identity(identity)
        .credentialRepository(known)
        .origins(site.origins())
        .validateSignatureCounter(false)
        .build();
  }

  private interface Parsing<T> {
    T parse() throws IOException;
  }

  private static <T> T read(Parsing<T> parsing) throws RefusedPasskey {
    try {
      T parsed = parsing.parse();
      if (parsed == null) {
        throw new RefusedPasskey("malformed");
      }
      return parsed;
    } catch (IOException | IllegalArgumentException malformed) {
      throw new RefusedPasskey("malformed", malformed);
    }
  }

  private interface Writing {
    String write() throws JsonProcessingException;
  }

  /** Browsers take the options as they are, without what JavaScript wraps them in. */
  private static ObjectNode publicKey(Writing options) {
    try {
      return (ObjectNode) JSON.readTree(options.write()).path("publicKey");
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}

package dev.warmgate.passkey;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.yubico.webauthn.data.AttestationConveyancePreference;
import com.yubico.webauthn.data.AuthenticatorSelectionCriteria;
import com.yubico.webauthn.data.AuthenticatorTransport;
import com.yubico.webauthn.data.ByteArray;
import com.yubico.webauthn.data.PublicKeyCredentialCreationOptions;
import com.yubico.webauthn.data.PublicKeyCredentialDescriptor;
import com.yubico.webauthn.data.PublicKeyCredentialParameters;
import com.yubico.webauthn.data.PublicKeyCredentialRequestOptions;
import com.yubico.webauthn.data.RelyingPartyIdentity;
import com.yubico.webauthn.data.ResidentKeyRequirement;
import com.yubico.webauthn.data.UserIdentity;
import com.yubico.webauthn.data.UserVerificationRequirement;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What browsers are asked, built again when they answer: everything but the challenge follows from
 * the configuration.
 */
record CeremonyOptions(RelyingPartyIdentity party) {
  private static final List<PublicKeyCredentialParameters> ALGORITHMS =
      List.of(
          PublicKeyCredentialParameters.ES256,
          PublicKeyCredentialParameters.EdDSA,
          PublicKeyCredentialParameters.RS256);

  private static final ObjectMapper JSON = new ObjectMapper();

  PublicKeyCredentialCreationOptions creation(
      UUID accountId, String email, byte[] challenge, List<PasskeyDao.Listed> known) {
    return PublicKeyCredentialCreationOptions.builder()
        .rp(party)
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

  PublicKeyCredentialRequestOptions request(byte[] challenge, List<PasskeyDao.Listed> allowed) {
    PublicKeyCredentialRequestOptions.PublicKeyCredentialRequestOptionsBuilder options =
        PublicKeyCredentialRequestOptions.builder()
            .challenge(new ByteArray(challenge))
            .rpId(party.getId())
            .userVerification(UserVerificationRequirement.REQUIRED)
            .timeout(Challenges.LIFETIME.toMillis());
    return allowed.isEmpty()
        ? options.build()
        : options.allowCredentials(descriptors(allowed)).build();
  }

  /** How the library writes options. */
  interface Writing {
    String write() throws JsonProcessingException;
  }

  /** Browsers take the options as they are, without what JavaScript wraps them in. */
  static ObjectNode json(Writing options) {
    try {
      return (ObjectNode) JSON.readTree(options.write()).path("publicKey");
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}

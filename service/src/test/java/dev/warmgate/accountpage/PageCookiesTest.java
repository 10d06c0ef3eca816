package dev.warmgate.accountpage;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.core.NewCookie;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PageCookiesTest {
  private final PageCookies overTls = new PageCookies("https://auth.example.com/base");

  @Test
  void belongToThisHostOnlyOverTls() {
    NewCookie cookie = overTls.create(PageCookies.Kind.SESSION, "value");

    assertThat(cookie.getName()).isEqualTo("__Host-warmgate-session");
    assertThat(cookie.getPath()).isEqualTo("/");
    assertThat(cookie.getDomain()).isNull();
    assertThat(cookie.isSecure()).isTrue();
    assertThat(cookie.isHttpOnly()).isTrue();
    assertThat(cookie.getSameSite()).isEqualTo(NewCookie.SameSite.LAX);
    assertThat(cookie.getMaxAge()).isEqualTo(NewCookie.DEFAULT_MAX_AGE);
  }

  @Test
  void doWithoutThePrefixWhereBrowsersWouldRefuseIt() {
    NewCookie cookie =
        new PageCookies("http://127.0.0.1:8080").create(PageCookies.Kind.SESSION, "value");

    assertThat(cookie.getName()).isEqualTo("warmgate-session");
    assertThat(cookie.isSecure()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "'__Host-warmgate-form=a', a",
    "'x=1; __Host-warmgate-form=a; y=2', a",
    "'x=1,__Host-warmgate-form=a', ",
    "'__Host-warmgate-form=a; __Host-warmgate-form=b', ",
    "'__Host-warmgate-form=\"a\"', a",
    "'__Host-warmgate-form=', ",
    "'warmgate-form=a', ",
    "'__Host-warmgate-form2=a', ",
    "'', "
  })
  void areFoundByTheirWholeName(String header, String value) {
    assertThat(overTls.find(List.of(header), PageCookies.Kind.FORM).orElse(null)).isEqualTo(value);
  }

  @Test
  void areFoundInEachHeader() {
    List<String> headers = List.of("x=1", "__Host-warmgate-form=a");

    assertThat(overTls.find(headers, PageCookies.Kind.FORM)).contains("a");
    assertThat(overTls.find(List.of(headers.get(1), headers.get(1)), PageCookies.Kind.FORM))
        .as("twice")
        .isEmpty();
  }
}

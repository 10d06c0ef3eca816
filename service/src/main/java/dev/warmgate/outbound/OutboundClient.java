package dev.warmgate.outbound;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.HttpClientResponseHandler;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.ssl.SSLContexts;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to URLs that users chose: only to addresses that {@link OutboundUrlPolicy} allows,
 * with a verified certificate, and without following redirects, since each hop would be another
 * target to check. It uses no proxy, cookies, credentials, decompression or retries, and bounds the
 * time of a call and the size of a response.
 */
public final class OutboundClient implements AutoCloseable {
  private static final Timeout CONNECT_TIMEOUT = Timeout.ofSeconds(3);

  /** After this time a connection is closed, so that the name is resolved and checked again. */
  private static final TimeValue CONNECTION_LIFE = TimeValue.ofSeconds(30);

  /**
   * Only the head of a response matters; reading a short body to its end keeps the connection
   * reusable.
   */
  private static final int MAX_ANSWER_BYTES = 16 * 1024;

  private static final int MAX_HEADER_LINE = 8 * 1024;
  private static final int MAX_HEADERS = 100;

  private final OutboundUrlPolicy policy;
  private final Duration timeout;
  private final int connections;
  private final CheckedNames names;
  private final Supplier<SSLContext> trust;
  private final ScheduledThreadPoolExecutor deadlines;

  /** Created by the first call, because reading Java's trust store would slow down the start. */
  private @Nullable CloseableHttpClient http;

  /**
   * @param timeout limit for a whole call, from the name lookup to the end of the response
   * @param connections maximum number of concurrent calls
   */
  public OutboundClient(OutboundUrlPolicy policy, Duration timeout, int connections) {
    this(
        policy,
        timeout,
        connections,
        SystemDefaultDnsResolver.INSTANCE,
        SSLContexts::createDefault);
  }

  OutboundClient(
      OutboundUrlPolicy policy,
      Duration timeout,
      int connections,
      DnsResolver names,
      Supplier<SSLContext> trust) {
    this.policy = policy;
    this.timeout = timeout;
    this.connections = connections;
    this.names = new CheckedNames(policy, names);
    this.trust = trust;
    this.deadlines =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("outbound-deadline").daemon().factory());
    deadlines.setRemoveOnCancelPolicy(true);
  }

  private synchronized CloseableHttpClient http() {
    if (deadlines.isShutdown()) {
      throw new IllegalStateException("closed");
    }
    if (http == null) {
      http = newHttp(Timeout.of(timeout));
    }
    return http;
  }

  private CloseableHttpClient newHttp(Timeout limit) {
    Http1Config bounds =
        Http1Config.custom()
            .setMaxLineLength(MAX_HEADER_LINE)
            .setMaxHeaderCount(MAX_HEADERS)
            .build();
    return HttpClientBuilder.create()
        .setConnectionManager(
            PoolingHttpClientConnectionManagerBuilder.create()
                .setDnsResolver(names)
                .setTlsSocketStrategy(
                    ClientTlsStrategyBuilder.create().setSslContext(trust.get()).buildClassic())
                .setConnectionFactory(
                    ManagedHttpClientConnectionFactory.builder().http1Config(bounds).build())
                .setDefaultConnectionConfig(
                    ConnectionConfig.custom()
                        .setConnectTimeout(CONNECT_TIMEOUT)
                        .setSocketTimeout(limit)
                        .setTimeToLive(CONNECTION_LIFE)
                        .setValidateAfterInactivity(TimeValue.ofSeconds(1))
                        .build())
                .setMaxConnTotal(connections)
                .setMaxConnPerRoute(connections)
                .build())
        .setDefaultRequestConfig(
            RequestConfig.custom()
                .setConnectionRequestTimeout(limit)
                .setResponseTimeout(limit)
                .setProtocolUpgradeEnabled(false)
                .build())
        // Connect directly and ignore a proxy from the environment: its address would pass every
        // check.
        .setRoutePlanner(new DefaultRoutePlanner(null))
        .disableRedirectHandling()
        .disableAutomaticRetries()
        .disableCookieManagement()
        .disableAuthCaching()
        .disableContentCompression()
        .setUserAgent("Warmgate")
        .build();
  }

  /**
   * The head of a response.
   *
   * @param retryAfter as the server sent it
   */
  public record Head(int status, @Nullable String retryAfter) {}

  /**
   * Sends JSON and returns the head of the response.
   *
   * @throws OutboundRefused if the URL, or an address of its host, may not be called
   * @throws IOException if no response arrives in time
   */
  public Head post(String url, Map<String, String> headers, byte[] json) throws IOException {
    HttpPost request = new HttpPost(policy.check(url));
    request.setEntity(new ByteArrayEntity(json, ContentType.APPLICATION_JSON));
    return call(
        request,
        headers,
        answer -> {
          finish(request, answer);
          Header retryAfter = answer.getFirstHeader(HttpHeaders.RETRY_AFTER);
          return new Head(answer.getCode(), retryAfter == null ? null : retryAfter.getValue());
        });
  }

  /** A response with its body. */
  public record Content(int status, byte[] body) {}

  /**
   * Sends a GET request and returns the whole response.
   *
   * @throws OutboundRefused if the URL, or an address of its host, may not be called
   * @throws IOException if the response is not complete in time, or its body exceeds {@code
   *     maxBytes}
   */
  public Content get(String url, Map<String, String> headers, int maxBytes) throws IOException {
    HttpGet request = new HttpGet(policy.check(url));
    return call(
        request, headers, answer -> new Content(answer.getCode(), body(request, answer, maxBytes)));
  }

  private <T> T call(
      HttpUriRequestBase request, Map<String, String> headers, HttpClientResponseHandler<T> reader)
      throws IOException {
    headers.forEach(request::setHeader);
    // The client's own timeouts start again with every byte, so they do not bound the whole call.
    ScheduledFuture<?> deadline =
        deadlines.schedule(request::cancel, timeout.toMillis(), TimeUnit.MILLISECONDS);
    try {
      return reader.handleResponse(http().executeOpen(null, request, HttpClientContext.create()));
    } catch (HttpException impossible) {
      throw new IOException(impossible);
    } catch (IOException failed) {
      throw failed.getCause() instanceof OutboundRefused refused ? refused : failed;
    } finally {
      deadline.cancel(false);
    }
  }

  private static byte[] body(HttpGet request, ClassicHttpResponse answer, int maxBytes)
      throws IOException {
    try (answer) {
      InputStream body =
          answer.getEntity() == null
              ? InputStream.nullInputStream()
              : answer.getEntity().getContent();
      byte[] read = body.readNBytes(maxBytes + 1);
      if (read.length > maxBytes) {
        // Closing the response would read the rest of the body.
        request.cancel();
        throw new IOException("the response has more than " + maxBytes + " bytes");
      }
      return read;
    }
  }

  /**
   * Reads the rest of a response whose status is known; a failure here only closes the connection.
   */
  private static void finish(HttpPost request, ClassicHttpResponse answer) {
    try (answer) {
      InputStream body = answer.getEntity() == null ? null : answer.getEntity().getContent();
      if (body != null && body.readNBytes(MAX_ANSWER_BYTES + 1).length > MAX_ANSWER_BYTES) {
        // Closing the response would read the rest of the body.
        request.cancel();
      }
    } catch (IOException broken) {
      request.cancel();
    }
  }

  /** Aborts running calls with an {@link IOException}. */
  @Override
  public synchronized void close() {
    deadlines.shutdownNow();
    if (http != null) {
      http.close(CloseMode.IMMEDIATE);
    }
  }
}

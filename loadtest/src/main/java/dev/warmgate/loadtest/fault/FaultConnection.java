package dev.warmgate.loadtest.fault;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * One connection through a {@link FaultProxy}. Each direction has one thread that reads and
 * timestamps the bytes and another that delivers them when they are due, so a delay never holds up
 * later bytes.
 */
final class FaultConnection {
  private static final int CHUNK_BYTES = 16 * 1024;

  /** Chunks in flight in one direction before the sender blocks, as with a full TCP window. */
  private static final int CHUNKS = 1024;

  /** How often per second a throttled link delivers bytes. */
  private static final int SLICES_PER_SECOND = 50;

  /** Marks the end of the stream in one direction. */
  private static final byte[] END = new byte[0];

  private final Socket client;
  private final Socket server = new Socket();
  private final FaultLink link;
  private final Consumer<FaultConnection> whenClosed;
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final AtomicInteger openDirections = new AtomicInteger(2);

  private record Chunk(byte[] bytes, long dueNanos) {}

  FaultConnection(Socket client, FaultLink link, Consumer<FaultConnection> whenClosed) {
    this.client = client;
    this.link = link;
    this.whenClosed = whenClosed;
  }

  void start(InetSocketAddress target) {
    run(() -> {
      link.awaitDelivery();
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      server.connect(target);
      forward(client, server, true);
      forward(server, client, false);
    });
  }

  private void forward(Socket from, Socket to, boolean towardsTarget) {
    BlockingQueue<Chunk> inFlight = new ArrayBlockingQueue<>(CHUNKS);
    run(() -> read(from, inFlight, towardsTarget));
    run(() -> deliver(inFlight, to));
  }

  private void read(Socket from, BlockingQueue<Chunk> inFlight, boolean towardsTarget)
      throws IOException, InterruptedException {
    byte[] buffer = new byte[CHUNK_BYTES];
    while (true) {
      int count = from.getInputStream().read(buffer);
      long due = System.nanoTime() + link.delay(towardsTarget).toNanos();
      inFlight.put(new Chunk(count < 0 ? END : Arrays.copyOf(buffer, count), due));
      if (count < 0) {
        return;
      }
    }
  }

  private void deliver(BlockingQueue<Chunk> inFlight, Socket to)
      throws IOException, InterruptedException {
    while (true) {
      Chunk chunk = inFlight.take();
      TimeUnit.NANOSECONDS.sleep(chunk.dueNanos() - System.nanoTime());
      link.awaitDelivery();
      if (chunk.bytes().length == 0) {
        to.shutdownOutput();
        if (openDirections.decrementAndGet() == 0) {
          close();
        }
        return;
      }
      write(chunk.bytes(), to);
    }
  }

  private void write(byte[] bytes, Socket to) throws IOException, InterruptedException {
    int written = 0;
    while (written < bytes.length) {
      long limit = link.bytesPerSecond();
      long slice = Math.clamp(limit / SLICES_PER_SECOND, 1, bytes.length - written);
      to.getOutputStream().write(bytes, written, (int) slice);
      written += (int) slice;
      if (limit != Long.MAX_VALUE) {
        TimeUnit.NANOSECONDS.sleep(slice * TimeUnit.SECONDS.toNanos(1) / limit);
      }
    }
  }

  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private void run(Work step) {
    Thread thread =
        Thread.ofVirtual()
            .name("fault-connection")
            .unstarted(() -> {
              try {
                step.run();
              } catch (IOException | InterruptedException ended) {
                close();
              }
            });
    threads.add(thread);
    thread.start();
  }

  /** Resets both ends; bytes in flight are lost. */
  void close() {
    whenClosed.accept(this);
    reset(client);
    reset(server);
    threads.forEach(Thread::interrupt);
  }

  private void reset(Socket socket) {
    try (socket) {
      if (openDirections.get() > 0) {
        socket.setSoLinger(true, 0);
      }
    } catch (IOException closedAlready) {
      return;
    }
  }
}

package dev.warmgate.loadtest.stack;

import com.icegreen.greenmail.store.FolderException;
import com.icegreen.greenmail.user.MessageDeliveryHandler;
import com.icegreen.greenmail.user.UserManager;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A mail server that counts what arrives, and keeps little of it. */
public final class MailReceiver implements AutoCloseable {
  private static final int MOST_IN_MEMORY = 200;

  private final Thread.UncaughtExceptionHandler before =
      Thread.getDefaultUncaughtExceptionHandler();

  private final GreenMail server;
  private final Set<String> arrived = ConcurrentHashMap.newKeySet();
  private final AtomicInteger received = new AtomicInteger();

  private MailReceiver(int port) {
    server = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
  }

  /**
   * @param port 0 for any free port
   */
  public static MailReceiver start(int port) {
    MailReceiver receiver = new MailReceiver(port);
    receiver.server.start();
    Thread.setDefaultUncaughtExceptionHandler(receiver::uncaught);
    UserManager users = receiver.server.getUserManager();
    MessageDeliveryHandler mailboxes = users.getMessageDeliveryHandler();
    users.setMessageDeliveryHandler((message, address) -> {
      receiver.arrived.add(message.getMessage().getMessageID());
      if (receiver.received.incrementAndGet() % MOST_IN_MEMORY == 0) {
        receiver.purge();
      }
      return mailboxes.handle(message, address);
    });
    return receiver;
  }

  /** GreenMail's threads end with an exception and a stack trace when a client is cut off. */
  private void uncaught(Thread thread, Throwable thrown) {
    if (thread.getName().startsWith("smtp:")) {
      return;
    }
    if (before == null) {
      System.err.print("Exception in thread " + thread.getName() + ": ");
      thrown.printStackTrace();
    } else {
      before.uncaughtException(thread, thrown);
    }
  }

  private void purge() {
    try {
      server.purgeEmailFromAllMailboxes();
    } catch (FolderException failed) {
      throw new IllegalStateException(failed);
    }
  }

  public int port() {
    return server.getSmtp().getPort();
  }

  /** Returns how many different mails have arrived. */
  public int arrived() {
    return arrived.size();
  }

  /** Returns how often one arrived that had arrived before. */
  public int repeated() {
    return received.get() - arrived.size();
  }

  @Override
  public void close() {
    server.stop();
    Thread.setDefaultUncaughtExceptionHandler(before);
  }
}

package irqlab.cluster;

import com.typesafe.config.Config;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Says where a node may listen: on the loopback interface, or anywhere with mutual TLS. Who reaches
 * the port of a node without TLS can send anything to its actors.
 */
final class Binding {
  private static final String ARTERY = "akka.remote.artery.";

  private Binding() {}

  /** Errors: {@link ClusterException} with what is missing. */
  static void check(Config config) {
    String bind = config.getString(ARTERY + "bind.hostname");
    String host = bind.isEmpty() ? config.getString(ARTERY + "canonical.hostname") : bind;
    if (loopback(host) || config.getBoolean("irqlab.cluster.insecure-bind")) {
      return;
    }
    String ssl = ARTERY + "ssl.config-ssl-engine.";
    boolean tls = config.getString(ARTERY + "transport").equals("tls-tcp");
    if (!tls || !config.getBoolean(ssl + "require-mutual-authentication")) {
      throw new ClusterException(
          String.format(
              "E64 not bound   %s is not the loopback interface, and the transport is %s%n"
                  + "   use mutual TLS (--config with   include \"irqlab-cluster-tls.conf\"),"
                  + " or say --insecure-bind on a network of your own",
              host,
              tls
                  ? "TLS without certificates of clients"
                  : config.getString(ARTERY + "transport")));
    }
  }

  private static boolean loopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException unknown) {
      throw new ClusterException("E64 not bound   there is no host " + host, unknown);
    }
  }
}

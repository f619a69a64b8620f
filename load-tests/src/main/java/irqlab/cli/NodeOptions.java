package irqlab.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where a process of a cluster listens, and how it is kept safe. */
final class NodeOptions {
  private static final String ARTERY = "akka.remote.artery.";

  @Option(
      names = "--bind",
      paramLabel = "HOST",
      description = "Interface to listen on; default 127.0.0.1. Others need TLS, see --config.")
  private String bind;

  @Option(
      names = "--port",
      paramLabel = "P",
      description = "Port to listen on; default any that is free.")
  private Integer port;

  @Option(
      names = {"--config", "--cluster-config"},
      paramLabel = "FILE",
      description = "Settings of Akka on top, such as those of TLS.")
  private Path file;

  @Option(
      names = "--insecure-bind",
      description = "Listen beyond this host without TLS: anybody there can send anything.")
  private boolean insecure;

  /** All of it as settings. */
  Config config() {
    Config config = ConfigFactory.empty();
    if (file != null) {
      if (!Files.isReadable(file)) {
        throw new ReportedException(Exit.USAGE, "--config: the file " + file + " cannot be read");
      }
      try {
        config = ConfigFactory.parseFile(file.toFile());
      } catch (ConfigException wrong) {
        throw new ReportedException(Exit.USAGE, "--config: " + wrong.getMessage(), wrong);
      }
    }
    if (bind != null) {
      config = with(config, ARTERY + "canonical.hostname", bind);
    }
    if (port != null) {
      config = with(config, ARTERY + "canonical.port", port);
    }
    return insecure ? with(config, "irqlab.cluster.insecure-bind", true) : config;
  }

  private static Config with(Config config, String path, Object value) {
    return config.withValue(path, ConfigValueFactory.fromAnyRef(value));
  }
}

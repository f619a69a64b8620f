package irqlab.topology.hocon;

import java.util.Optional;

/**
 * One setting given on the command line, on top of the file.
 *
 * @param path as in the file, with places in lists from 0: {@code load.0.arrivals}
 * @param value HOCON, or plain text where it is none
 */
public record Setting(String path, String value) {
  /** Reads {@code PATH=VALUE}; empty without a path or an equals sign. */
  public static Optional<Setting> parse(String text) {
    int equals = text.indexOf('=');
    return equals < 1
        ? Optional.empty()
        : Optional.of(
            new Setting(text.substring(0, equals).strip(), text.substring(equals + 1).strip()));
  }
}

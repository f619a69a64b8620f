package irqlab.runtime;

import java.util.ArrayList;
import java.util.List;

/** The codecs of a machine by kind. Immutable. */
public final class Codecs {
  /** The largest kind. */
  public static final int KIND_MAX = 4095;

  private final Codec<?>[] byKind = new Codec<?>[KIND_MAX + 1];

  /** Errors: {@link IllegalArgumentException} when two codecs share a kind or a type. */
  public Codecs(List<Codec<?>> codecs) {
    for (Codec<?> codec : codecs) {
      int kind = codec.kind();
      if (kind < 1 || kind > KIND_MAX) {
        throw new IllegalArgumentException("kind=" + kind + " type=" + codec.type().getName());
      }
      if (byKind[kind] != null) {
        throw new IllegalArgumentException(
            "kind="
                + kind
                + " is both "
                + byKind[kind].type().getName()
                + " and "
                + codec.type().getName());
      }
      byKind[kind] = codec;
    }
  }

  /** The codec of this kind, or null. */
  public Codec<?> find(int kind) {
    return kind < 0 || kind > KIND_MAX ? null : byKind[kind];
  }

  /** The codec of this kind. Errors: {@link IllegalStateException} when there is none. */
  public Codec<?> ofKind(int kind) {
    Codec<?> codec = find(kind);
    if (codec == null) {
      throw new IllegalStateException("kind=" + kind + " has no codec");
    }
    return codec;
  }

  /** All codecs in ascending order of kind. */
  public List<Codec<?>> all() {
    List<Codec<?>> all = new ArrayList<>();
    for (Codec<?> codec : byKind) {
      if (codec != null) {
        all.add(codec);
      }
    }
    return all;
  }
}

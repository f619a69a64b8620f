package irqlab.protocol;

import irqlab.runtime.Codecs;
import java.util.List;
import java.util.stream.Stream;

/**
 * The codecs of every message of the machine: fields in declared order, big endian; booleans and
 * enums one byte.
 *
 * <p>A number is never given to another record, and a layout never changes under one: a changed
 * layout is a new number, read beside the old one for one release.
 */
public final class ProtocolCodecs {
  private static final Codecs ALL =
      new Codecs(
          Stream.of(
                  LapicCodecs.all(),
                  CpuCodecs.all(),
                  IoApicCodecs.all(),
                  PicCodecs.all(),
                  RootComplexCodecs.all(),
                  MemoryCodecs.all(),
                  EndpointCodecs.all(),
                  KernelCodecs.all(),
                  LoadCodecs.all())
              .flatMap(List::stream)
              .toList());

  private ProtocolCodecs() {}

  /** All codecs. */
  public static Codecs all() {
    return ALL;
  }
}

package irqlab.wire;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorSystem;
import akka.serialization.ByteBufferSerializer;
import akka.serialization.SerializationExtension;
import akka.serialization.SerializerWithStringManifest;
import com.esotericsoftware.kryo.util.Pool;
import irqlab.protocol.ProtocolCodecs;
import irqlab.runtime.Codecs;
import irqlab.runtime.MalformedStateException;
import irqlab.runtime.Message;
import java.io.NotSerializableException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Akka's way to {@link Message}s and {@link Frame}s. Bound to both in reference.conf; any thread
 * may call.
 *
 * <p>Bytes that no writer of this version makes are refused without allocating for what they claim,
 * and counted; Akka then drops them, and the connection stays.
 */
public final class IrqlabSerializer extends SerializerWithStringManifest
    implements ByteBufferSerializer {
  /** The version of the wire; nodes of different versions do not run together. */
  public static final int WIRE_VERSION = WireCodec.VERSION;

  private static final int IDENTIFIER = 1_410_002;

  private final AtomicLong refused = new AtomicLong();
  private final Pool<WireCodec> pool;

  /** Made by Akka. */
  public IrqlabSerializer(ExtendedActorSystem system) {
    Codecs codecs = ProtocolCodecs.all();
    int limitBytes = Math.toIntExact(system.settings().config().getBytes("irqlab.wire.frame-max"));
    pool =
        new Pool<>(true, false, 16) {
          @Override
          protected WireCodec create() {
            return new WireCodec(codecs, limitBytes);
          }
        };
  }

  /** The one of this actor system. */
  public static IrqlabSerializer of(ActorSystem<?> system) {
    try {
      return (IrqlabSerializer)
          SerializationExtension.get(system.classicSystem()).serializerFor(Frame.class);
    } catch (NotSerializableException unbound) {
      throw new IllegalStateException("reference.conf of cluster-config is missing", unbound);
    }
  }

  /** How many times bytes were refused. */
  public long refused() {
    return refused.get();
  }

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  /** The bytes say what they are. */
  @Override
  public String manifest(Object object) {
    return "";
  }

  @Override
  public byte[] toBinary(Object object) {
    WireCodec codec = pool.obtain();
    try {
      return codec.write(object);
    } finally {
      pool.free(codec);
    }
  }

  @Override
  public void toBinary(Object object, ByteBuffer to) {
    WireCodec codec = pool.obtain();
    try {
      codec.write(object, to);
    } finally {
      pool.free(codec);
    }
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    WireCodec codec = pool.obtain();
    try {
      return codec.read(bytes);
    } catch (MalformedStateException malformed) {
      refused.incrementAndGet();
      throw new NotSerializableException(malformed.getMessage());
    } finally {
      pool.free(codec);
    }
  }

  @Override
  public Object fromBinary(ByteBuffer from, String manifest) throws NotSerializableException {
    byte[] bytes = new byte[from.remaining()];
    from.get(bytes);
    return fromBinary(bytes, manifest);
  }
}

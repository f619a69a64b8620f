package irqlab.testing

import scala.annotation.tailrec
import scala.util.Random

/**
 * Random scripts of operations for property tests of chips. A script that fails is made short by
 * delta debugging, and told with its seed; what the seed draws is the same each time.
 */
object Scripts {

  /**
   * Runs scripts of `length` operations from seeds `first` until `first + count`.
   *
   * @param draw one random operation
   * @param run what is wrong after a script, if anything; it builds its chip anew
   */
  def check[A](first: Long, count: Int, length: Int)(draw: Random => A)(
      run: Seq[A] => Option[String]
  ): Unit = {
    val bad = (first until first + count).iterator.flatMap { seed =>
      val random = new Random(seed)
      val script = Vector.fill(length)(draw(random))
      run(script).map(_ => (seed, shrink(script, run)))
    }
    bad.nextOption().foreach { case (seed, script) =>
      throw new AssertionError(
        s"seed=$seed: ${run(script).get}\n${script.mkString("  ", "\n  ", "")}"
      )
    }
  }

  /**
   * Leaves out operations as long as what is left still fails: halves first, then ever smaller
   * pieces, down to single ones. Of the result no single operation can be left out.
   */
  def shrink[A](script: Seq[A], run: Seq[A] => Option[String]): Seq[A] =
    withoutPieces(script, math.max(1, script.size / 2), run)

  @tailrec
  private def withoutPieces[A](
      script: Seq[A],
      size: Int,
      run: Seq[A] => Option[String]
  ): Seq[A] = {
    val shorter = script.indices.by(size).iterator
      .map(at => script.patch(at, Nil, size))
      .find(left => left.size < script.size && run(left).isDefined)
    shorter match {
      case Some(left) => withoutPieces(left, math.min(size, math.max(1, left.size / 2)), run)
      case None if size > 1 => withoutPieces(script, size / 2, run)
      case None => script
    }
  }
}

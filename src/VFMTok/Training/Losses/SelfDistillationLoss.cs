using TorchSharp;
using VFMTok.Runtime;
using static TorchSharp.torch;

namespace VFMTok.Training.Losses;

/// <summary>The student says, for every view, which image of the batch it belongs to, and learns from the truth and from a teacher that is the average of itself (self-distillation in the manner of DINO, arXiv
/// 2104.14294, with the images of the batch in the place of prototypes as in ReSSL, arXiv 2107.09282).</summary>
/// <remarks>DINO's own prototypes need long runs: in runs of a few hundred steps its answers became uniform, whatever centering and temperature. Directions are centred and the teacher sharpened as in DINO.</remarks>
internal static class SelfDistillationLoss
{
    /// <summary>What is compared of an image: directions of its class token and of its mean patch token.</summary>
    /// <param name="classToken">[B, C]</param>
    /// <param name="patches">[B, N, C]</param>
    /// <returns>[B, 2C]</returns>
    public static Tensor Feature(Tensor classToken, Tensor patches) => cat([nn.functional.normalize(classToken, dim: 1), nn.functional.normalize(patches.mean([1]), dim: 1)], 1);

    /// <summary>Centering: only what differs between images counts.</summary>
    /// <param name="features">[V, B, F] views of one kind.</param>
    /// <returns>[V, B, F], of length one.</returns>
    public static Tensor Directions(Tensor features) => nn.functional.normalize(features - features.mean([0, 1], keepdim: true), dim: 2);

    /// <summary>Mean cross-entropy over all pairs of a large view and another view.</summary>
    /// <param name="student">[V, B, F] directions, the two large views first.</param>
    /// <param name="teacher">[2, B, F] directions of the large views, without gradient.</param>
    /// <param name="studentTemperature">Divides the student's similarities.</param>
    /// <param name="teacherTemperature">Divides the teacher's.</param>
    /// <param name="teacherShare">Share of the teacher's answer in the target; the rest is the truth.</param>
    public static Tensor Compute(Tensor student, Tensor teacher, double studentTemperature, double teacherTemperature, double teacherShare)
    {
        var (views, batch) = (student.shape[0], student.shape[1]);
        var truth = eye(batch, device: student.device).Times(1 - teacherShare);                                                            // [B, B]
        var losses = new Tensor[2];
        for (var large = 0; large < 2; large++)
        {
            var taught = teacher[1 - large].mm(teacher[large].t()).Over(teacherTemperature).softmax(-1);                                   // [B, B]: the other large view among the images of this one
            var target = truth.Plus(taught.Times(teacherShare));
            var others = cat([student.narrow(0, 1 - large, 1), student.narrow(0, 2, views - 2)]);                                          // [V - 1, B, F]
            var said = others.flatten(0, 1).mm(student[large].t()).Over(studentTemperature).log_softmax(-1).reshape(views - 1, batch, batch); // [V - 1, B, B]
            losses[large] = (said * target).sum(-1).mean().neg();
        }
        return losses[0].Plus(losses[1]).Over(2);
    }
}

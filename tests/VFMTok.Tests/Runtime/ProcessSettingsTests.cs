using System.Runtime.InteropServices;

namespace VFMTok.Tests.Runtime;

public class ProcessSettingsTests
{
    [SkippableTheory]
    [InlineData("GOMP_SPINCOUNT", "2000")]
    [InlineData("TORCH_CPP_LOG_LEVEL", "ERROR")]
    public void Native_libraries_see_the_defaults_unless_the_user_chose(string name, string value)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "only Linux has these settings");
        Skip.If(Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is not null && name == "GOMP_SPINCOUNT", "OMP_WAIT_POLICY is set");
        Assert.Equal(Environment.GetEnvironmentVariable(name) ?? value, Marshal.PtrToStringUTF8(Read(name)));
    }

    [DllImport("libc", EntryPoint = "getenv")]
    private static extern nint Read([MarshalAs(UnmanagedType.LPUTF8Str)] string name);
}

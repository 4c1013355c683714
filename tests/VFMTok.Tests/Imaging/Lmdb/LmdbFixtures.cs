namespace VFMTok.Tests.Imaging.Lmdb;

/// <summary>Files that the native library wrote, compressed: 60 images in three transactions, key i = pickle (protocol 2 + i % 4, by CPython 3.11) of a bitmap filled with the
/// colour (i, 2 i, 255 - i), 40 x 40 pixels if i % 20 = 19 and 4 x 4 otherwise, and of the label i * i. Four leaf pages, one branch page, three values on overflow pages.</summary>
internal static class LmdbFixtures
{
    /// <summary>LMDB 0.9.32: format 1.</summary>
    public const string Version09 = """
        H4sIAAAAAAACA+1de2wURRye3du73dvduysFa0EEVMSCWHvPUqykVmOQh1FiCBIDAi0KKZUDStSAqYnBP0BFxbeJiiZqNBEfiTEmiFKIGDXYIAGCpJJKlCiKUYKNGu+utzvTRXM37Ky5O74v33Sve6/fdr+dnfnN
        zFdCLGi5n0d2/LxdIixaBjdV2VfQZ4a+hv5uDNkr2/t9+a2S38byW9XxPpkAAAAAAAAAAAAAACAakqD+v9VvH/Yf/X+r3x/Ib6/Ob03H+3w4JQAAAAAAAAAAAAAgHDLzqJWEpdGRDeEDWqu2Rj0SmB54x39UmaG8
        59vq+zXUK0+VX5HC0oLQZnPAWGr06oreGTweqaS/xqb8XyIW7/Y/cX9+5/otdZv8y1YsuqN9y7VLW2cvze9OZUodGcxsZItEanP7GzJluDFYLHxffz4Xt2zydyxa3N6xZfYwuavejirWrYiM6ofJNVykUfVLXfUP
        WVFFu33r06Runj/zay6gtHS2ER2fdB4X03LuW3NRpX2zP8iERXZZcTV0y864lixccldb+5LVentn9oGeef/azLNnF+zON+pGuClp37xALvg1yzqjaWVD2j8nHWCOR529OXs8Y4dnw5BJtMnnUGl0ilg9/DS+motU
        D9cxeog2itPDiYuHcdGhh4tYPURTXuvhrXFVbkphPZDs8Wy0jieZqaO6xZ39X8ZEuGif/ZnfslElMpoUGNXJ0WEu0qh6MlHZV0pcnCZ/HRXi4lBNzny9q77HiirmtSLfrTXdlIKKnLm5q94+81GxevytxuAiPfP3
        sHpsEKvH30foXKRRtdl6lEiTODmeqg5y0SHHmzNR9eSjmuK1HN+v0tyUwnJssc+8RBrFyvF0WOUiPfFR6xqRSEqsGP8wA1ykMY23WpUSSYrT4oDu56JDiyMZLSa81uKHmuKmFNZiFaPFuFgt/hnwcZGe9yDVYkys
        Fv9SZC7SmBSqRYFdib9liYsOLUqMFj3vSHzkrhTWIskczWBP3yCdXSsWrl60YmVH++pUAzPeruRekRHqiOFniKL1VHX24LI/2YOzinVwO6rPPLgfJwwHQRAEQRAEQRAEQRAEwZIlHeRels0JAgAAAAAAAAAAlCv8
        9iOZTCYdaizyfDgQXhnaaprmWqNPr9LvDh7V9mrNWoeK+f+Y/4/5/3TaDub/Y/4/5v9j/n+x8/8rrWYqxZmkqC1RW6K2xGqps1EkVkuV5moprArwblVAYEj/v1a9M9Ibbg53hPaZ08zXjAN6i/5msCbYrW1Ta9V1
        8jGpRrqP6OYao0+fpd8X/F7r1dz0t627YFzgXfDQjEu56LgL3upn7oJxz++Cz00f76YUvgtW+ZmaPZ4Um9c4fP0lXKRtoD0KzWvEE2JbZt9cdzEXaVQPKLRlFhd4FzzSehEXHZq8RmE16fl98IWWcW5KES0zhdVk
        VKwm+6aN5SI9+x/7GE02iNXkt81juMho0sfk2gQuHD469UIuOjR5g4/NtXm+dPjlKaPdlCLqSR+jyVgjagHUAqVWC5TiamLUTP93zST2OulPXcBFqsiD7MhUSux18l1iFBdpVK/IjCYFWhsci43kokOTaZnVpOfm
        Bq821LophTXZIrOaxGhp2Y6WqvanSaSG9EdOR05E+itqTB8AAAAAAAAAAAAAzg1o+dxDPBGwsxD+Ic8N7m0mu+XlkX1hJdwR2m9u1zTzhDpX3RGYFJjv/0SZrDzp2y2vMo7oM/R1wWPaXq0SVwAA5Qgrs5rwPNv/
        yO0NbkoRo2JBJrOaEJzt37vgSi7SHOZLGs2sJgRn+7+6rZ6LzExajWZWEwKz/b3zr+CiI7P6g8pk+xOeZ/sfnzfZTSlitrfKalJwtn/f3Mu5SM9+k8poUnC2/+tbJnGRyfYHGE0KzPbvnzORiw5NPpoJa6etSc8n
        Lz51U52bUsQIVOZ4/rJm+8ebgnYrJgunyzF89+G7LzCmyvPdn1lRvvut9vwdwWt+Ds6awEVmXoKfmVlaWrOduypstrOE2c7Fz3YO2p/jkf//gRsvA0EQBEEQBEEQBEEQBMGSJU2XnfTD/x8AAAAAAAAAgDIGHamX
        STXpi/QV4f9HBDoAAgAAAEApAf5/8P+D/x/8/+D/B/+/LOD/B/+/cvT/q8q9Usuvi8t+ntXbH4Rpf1r2mw7l/f8ORdD/BwAAAND/R/8f/X/0/9H/R/8f/X/0/9H/L4f+fzj/jYnGkHU3+xf/v5D9adn//9emUv+/
        HvOUMcF4WD8dXBx8TBtQ29Ss/1+9vMp4WpIl6gJY7v5/ll6Sglsgny+Nc5HqZaJOVZwU3AL5oi3GRRpVD3O3Twi823+5OMpFR826KMh6rcH/D/5/8P+D/19J+f/husF1g+umjH0zpQrzzTQqyu3vuzNdQOH/x+H/
        14D/dn7u+v+Fmf5/igwoyyPPhuVc/7/FXGmktBdVXZ0a2Oo3/QPKYX26fm+wX/sSI/4AAJQ1rFZDsinizAQKbjXsWjOVi7SGHh+irYakwFbD7lVNXHS0Gt42mX5a0vNWw4Mrp7gpRbSJTabVkBTcavi0s5GL9Ox/
        ZTB5YMGthj0dKS7SqNoMRpMCZ0d8tjzJRYcm/9Az5xDu/3D/L233f7vW9Hz+zsY7E25KEdktna01MXpWcPSsJP/zA8GY3rk8pkcH7z3y/+9ZexUIgiAIgiAIgiAIgiAIlixpuuyZEPz/AQAAAAAAAAAoYwyzH8lk
        BNkW6YtsizQXsf6fEOoAcPbfXqIrYghWxJy7K2Lg/AXnr1Jz/oLL1v/tsiWyFsD6f6z/x/p/rP8nWP+P9f9Y/4/ejgtNjsttNeLLv9LaWmFanXE1vy3k//8PElGukwAgAQA=
        """;

    /// <summary>LMDB 1.0.1: format 3.</summary>
    public const string Version10 = """
        H4sIAAAAAAACA+2de2wURRzH5/b2dvd279EWREDkZa0F8ey9+kA0tRKDYgk2xFRiyqutQkrlgJL4B0k1BBPFiFgR0cT4SNT4hxFNfBHEWkwhSIAoAaMNGDRCEMEgAYONd8ftzXQPch12Nlzh++E7t9dtj852vzc7
        85vZ3xFiRUs/9m3/a5t7wP7ai5ui1E+4sntdllebXxsD9krZ/eb/KWe2kcxWtbxOIgAAAAAAAAAAABCFS/D43xy3F19m/G+O+5XM9u7M1md5nRunBgAAAAAAAAAAEIaUM46XSIT0ETnYHvhcm6jNUbcp5coGT7c8
        We5yL3cf9L8t6dJKVx+p86/09RkzjC36Ue8s7/7gUDrqdeaRRjs9rzyd2bm6q3ydZ/HSBY+3dN3XWlffmtldmSzl5GLkQk7/pUam91ckyzDjYjH5I3Qjl7rWedoWLGxp66ovljpC2VpFOmWRtTo2ZQSXaK2OujpC
        L5i1Cne6VydIeaMn+WW6QgnXldbo+OQbuJSQ0r81XauEu/6LZLXIDrNeFZ2StV6L5i16srll0Qq9pT31RE++flXyu1dW2W8/LB9upyTcjUq68isXt4cT8tqEpyGhMMej1q9PHc+4YalqSCRc47a8JyWLa8PVYv3x
        Z2kJl6g/pjP+CFeJ88fJicVcsvhjAuuPcKXT/vhofJGdkt8fJHU8z5vHE0+2WZ3izv6psUEuZc/+zCNsrWJJTwqs1ekxAS7RWvUka5V9p0TFefLv0X4uDfTkzA86Qj1mrSJOO/KTkT47Ja8jZ67vCGXPfFisH8+M
        MLhEz/xTrB8rxPrxn+E6l2itmrN+dJEaIs6PZ0u8XLL48WHTjy5STZz242dFmp2S34+1ph9dpIqI9eO5gMoleubDWT+6kr9RrB/P+xQu0VqVMn6MC/Tjv7qHSxY/jqJ+jDnux6802U7J78ci6seoYD9eUNxcomfe
        y/gxItiP/8kSl2itZMaPYYF+7JdcXLL40UX9WOG4H7+2V/L7kXSELo4iDNLesXTeigVLl7W1rCCVFe6c8b+cHm8kPTt8WI476s6WpI4x9cgeo1nMY9xeknuMJ8qGQRAEQRAEQRAEQRAEQVDBik56L07NxgIAAAAA
        AADAUMNjWWOcejaG1Kmjg2sCJ/2N/ud8Z4wmo1c/553v3aW9r5VodSrW/19uIQfW/2P9P9b/E6z/x/r/6379/7XWPhXmylG0mmg10WpeO60m7prCXVPWu6ZwV4BzdwUolxz/9yuzg18GSgNz/Ft9Zb71xna9XN/g
        vaC1ahvVfqVJ6nWdI/PJKWOu0aOH9FRk4FONbwRuXv+iAq9/Pz14K5cs179HPcz1L+r49e/1GaV2Sv7rX5GHadOjcbGRjp/vv4VLtPezU6aRjmhMbJ/sl+kTuURrtUamfbKowOtfX90ELlk8ea/MetLxK+CbtePt
        lEH0yWTWk2Gxnjx8zzgu0bP/jZvxZIVYTx6ZNpZLjCfdTPStRpwnf516M5csnnzAzUbfqp325DvVY+yUQbSTbsaTkaqUJ9ESoCUotJagMO8nRvt0NdoncWf/aOVNXKKePMTOWFWKfaf8FhvNJVqrdyXmmhkX58nf
        I6O4ZPFkQmI9GXPak+9VjLRT8nuyVmI9iVnUITuLquaM/11EIbuDh4MHgruH1Jw+AAAAAAAAAABwfaNlRvjRmJKNQngGfG/g/P8UsllqCG4NnPDP8W/zbdBOGd3qZLVL6feEPBtlIi9xb5aufOYfADuYUdSY45H9
        F+dX2CmDmAPzMlHUmODI/t6mO7lE45VvaTSKGhMc2d/3WIhLzKpZjUZRYwIj+/vn3sElSxT1mMpE9mOOR/ZfbpxipwxirbfKelJwZP+HR27nEj37NSrjScGR/R/nTOYSE9lXGE8KjOwfaJjEJYsnX1JYTzp+/8Gr
        s8vtlEHMNinMSv9ojdfSZxm4tWY4Ru595N5H7v3rK/d+dgWP4Ht+Dj1UxiVmXYKHWV+KNc9Y8yysVvbWPHtzxv8O5f8/OOs2CIIgCIIgCIIgCIIgCCpY0bDZaQ/y/wMAAAAAAACGIEbO/L+U/Ncb7MW9/wAAAAAA
        AAAAwJChKP2oZcf31k/H8WW27uwrXMmf7s7k/+tGFAAAAAAAAAAAAChoAplxfqzKn3l2qfx//pzxf+rz/6apNP/fG749Rr/equ/1TvUu0far09RU/j9Jmmu0uQ6QoZUF0MzBEBf8eUO7W6NcoovJJ+k0M0Rc8OcN
        fd8c4RKtVY+XyWsl8JN99iwMc8mSrWSBl81rhfx/yP+H/H/I/1dw+f/w3sF7B+8d5M4kBZM789rK7pc/Eyjy/yH/H/L/DSb/X+AS4/8yskduCD4TOJ4e/5f7Go3R2hr1pDJWWes5Je+Ru/UpepO3V9uCzP8AgILH
        7DHEa4KW9s7aY4gL7jHsWDmVS7R1LvXTHkNcYI/hu+U1XLL0GD72MT2GuOM9hmeXVdspg+gf+5geQ1xwj6G3vYpL9OzvM5i4sOAew862Si7RWjUbjCej4jy5a0mcSxZPnteT5xDZ/wmy/xd89v9syxlx+sw//0TM
        ThlEtEtnW07MqOWdUSvMT37APN/1PM8XzBn/O5T/v2fVXRAEQRAEQRAEQRAEQRBUsKJhs9f8yP8PAAAAAAAAGIIU58z/S0Qmm4K9wU3I/QcAAAAAAAAAAFwlxqcftex43dyaK+3NW/LVzDZf/v//ATs0xmYAIAEA
        """;

    /// <summary>Unpacks one into a folder.</summary>
    public static void Unpack(string fixture, string folder)
    {
        Directory.CreateDirectory(folder);
        using var unpacked = new System.IO.Compression.GZipStream(new MemoryStream(Convert.FromBase64String(fixture)), System.IO.Compression.CompressionMode.Decompress);
        using var file = File.Create(Path.Combine(folder, "data.mdb"));
        unpacked.CopyTo(file);
    }
}
